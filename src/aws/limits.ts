/** How many things one call takes, and how many a page holds. Each from the SDK's documentation of that operation. */
export const BATCH = {
  /** DescribeServices: "A list of services to describe. You may specify up to 10 services to describe in a single operation." */
  describeServices: 10,
  /** DescribeTasks: "A list of up to 100 task IDs or full ARN entries." */
  describeTasks: 100,
  /** ListServices: maxResults "between 1 and 100". */
  listServicesPage: 100,
  /** ListTasks: maxResults "between 1 and 100". */
  listTasksPage: 100,
  /** ListTaskDefinitions and ListTaskDefinitionFamilies: maxResults "between 1 and 100". */
  listTaskDefinitionsPage: 100,
  /** DescribeLogGroups: logGroupIdentifiers, "Array Members: Minimum number of 1 item. Maximum number of 50 items" (API reference). */
  describeLogGroups: 50,
  /** DescribeScalableTargets: ResourceIds "up to 50" in effect, as one page holds 50 targets. */
  describeScalableTargets: 50,
  /** DescribeTargetGroups: a page holds up to 400; kept small, for one unknown ARN fails the whole call. */
  describeTargetGroups: 20,
} as const;
