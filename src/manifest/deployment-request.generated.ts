/* Generated from schemas/deployment-request.v1.json by .ci/generate-types.mjs. Do not edit. */

/**
 * The compact form of a FargateService: one flat request.
 */
export interface DeploymentRequestDocument {
  /**
   * Where this schema is found; read by editors only.
   */
  $schema?: string;
  /**
   * Tells this form from others.
   */
  deployment_type?: 'ecs-fargate';
  /**
   * Name of the ECS cluster. It must exist.
   */
  cluster_name: string;
  /**
   * Name of the service, and of the manifest this request becomes.
   */
  service_name: string;
  /**
   * Task definition family.
   */
  task_definition_family: string;
  /**
   * Name of the container in the task.
   */
  container_name?: string;
  /**
   * Port the application listens on.
   */
  container_port?: number;
  /**
   * CPU units of a task; 1024 are one vCPU. Each value allows certain values of `memory`.
   */
  cpu?: 256 | 512 | 1024 | 2048 | 4096 | 8192 | 16384 | 32768;
  /**
   * Memory of a task in MiB. Fargate offers certain values for each value of `cpu`.
   */
  memory?: number;
  /**
   * Subnet ids, all of one VPC.
   */
  subnet_ids: string[];
  /**
   * Security group ids.
   */
  security_group_ids: string[];
  /**
   * True gives every task a public address.
   */
  assign_public_ip?: boolean;
  /**
   * Number of tasks.
   */
  desired_count?: number;
  /**
   * True: the output of the container goes to the log group `/ecs/` and the family.
   */
  enable_logging?: boolean;
  /**
   * An existing target group, of target type `ip`, to attach to.
   */
  target_group_arn?: string | null;
  /**
   * Path on the port of the container that answers with 2xx or 3xx while it is healthy.
   */
  health_check_path?: string;
  /**
   * True: Application Auto Scaling decides the number of tasks by their CPU utilization.
   */
  enable_autoscaling?: boolean;
  /**
   * Least number of tasks, with `enable_autoscaling`.
   */
  min_capacity?: number;
  /**
   * Greatest number of tasks, with `enable_autoscaling`.
   */
  max_capacity?: number;
  /**
   * Average CPU utilization in percent to keep near, with `enable_autoscaling`.
   */
  target_cpu_utilization?: number;
  /**
   * AWS region.
   */
  region?: string;
  /**
   * Role with which ECS pulls the image and writes logs.
   */
  execution_role_arn?: string | null;
  /**
   * Role the application in the container has.
   */
  task_role_arn?: string | null;
  /**
   * Reference of an existing image. Either this or `code_path`.
   */
  image_uri?: string | null;
  /**
   * Directory with the code of a Strands agent, relative to the request: the image is built from it. Either this or `image_uri`.
   */
  code_path?: string | null;
}
