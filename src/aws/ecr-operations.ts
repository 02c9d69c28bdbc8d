import type { Call, Nothing, OpenShape } from './shape.ts';

/** Amazon ECR spells tags with capitals. */
export interface EcrTag {
  readonly Key?: string;
  readonly Value?: string;
}

export interface EcrRepository extends OpenShape {
  readonly repositoryArn?: string;
  readonly registryId?: string;
  readonly repositoryName?: string;
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<name>` */
  readonly repositoryUri?: string;
  /** MUTABLE | IMMUTABLE | MUTABLE_WITH_EXCLUSION | IMMUTABLE_WITH_EXCLUSION */
  readonly imageTagMutability?: string;
  readonly imageScanningConfiguration?: { readonly scanOnPush?: boolean };
  /** Cannot be changed after creation. */
  readonly encryptionConfiguration?: { readonly encryptionType?: string; readonly kmsKey?: string };
}

export interface ImageIdentifier {
  readonly imageTag?: string;
  /** `sha256:<64 hexadecimal digits>` */
  readonly imageDigest?: string;
}

export interface EcrImage {
  readonly imageId?: ImageIdentifier;
  readonly imageManifest?: string;
  readonly imageManifestMediaType?: string;
}

interface Named {
  readonly repositoryName: string;
}

/** The operations of Amazon ECR that Evenkeel uses. */
export interface EcrOperations {
  'ecr:DescribeRepositories': Call<
    { readonly repositoryNames: readonly string[] },
    { readonly repositories?: readonly EcrRepository[] }
  >;
  'ecr:CreateRepository': Call<
    Named & {
      readonly imageTagMutability?: string;
      readonly imageScanningConfiguration?: { readonly scanOnPush?: boolean };
      readonly encryptionConfiguration?: { readonly encryptionType: string; readonly kmsKey?: string };
      readonly tags?: readonly EcrTag[];
    },
    { readonly repository?: EcrRepository }
  >;
  'ecr:PutImageTagMutability': Call<Named & { readonly imageTagMutability: string }, Nothing>;
  'ecr:PutImageScanningConfiguration': Call<
    Named & { readonly imageScanningConfiguration: { readonly scanOnPush: boolean } },
    Nothing
  >;
  'ecr:GetLifecyclePolicy': Call<Named, { readonly lifecyclePolicyText?: string }>;
  'ecr:PutLifecyclePolicy': Call<Named & { readonly lifecyclePolicyText: string }, Nothing>;
  'ecr:DeleteLifecyclePolicy': Call<Named, Nothing>;
  'ecr:ListTagsForResource': Call<{ readonly resourceArn: string }, { readonly tags?: readonly EcrTag[] }>;
  'ecr:TagResource': Call<{ readonly resourceArn: string; readonly tags: readonly EcrTag[] }, Nothing>;
  'ecr:BatchGetImage': Call<
    Named & { readonly imageIds: readonly ImageIdentifier[]; readonly registryId?: string },
    {
      readonly images?: readonly EcrImage[];
      readonly failures?: readonly { readonly imageId?: ImageIdentifier; readonly failureCode?: string }[];
    }
  >;
  'ecr:GetAuthorizationToken': Call<
    Nothing,
    {
      readonly authorizationData?: readonly {
        readonly authorizationToken?: string;
        readonly expiresAt?: Date;
        readonly proxyEndpoint?: string;
      }[];
    }
  >;
}
