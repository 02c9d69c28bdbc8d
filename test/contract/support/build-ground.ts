import { CodeBuildClient, CreateProjectCommand } from '@aws-sdk/client-codebuild';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';

const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'contract', secretAccessKey: 'contract' };

/** A project that builds what it is told to, as a person would make it. */
export async function createProject(endpoint: string, name: string): Promise<void> {
  const client = new CodeBuildClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  try {
    await client.send(
      new CreateProjectCommand({
        name,
        source: { type: 'S3', location: 'contexts/none.zip' },
        artifacts: { type: 'NO_ARTIFACTS' },
        environment: {
          type: 'LINUX_CONTAINER',
          image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
          computeType: 'BUILD_GENERAL1_SMALL',
          privilegedMode: true,
        },
        serviceRole: 'arn:aws:iam::123456789012:role/codebuild',
      }),
    );
  } finally {
    client.destroy();
  }
}

export async function createBucket(endpoint: string, Bucket: string): Promise<void> {
  const client = new S3Client({ endpoint, region: REGION, credentials: CREDENTIALS, forcePathStyle: true });
  try {
    await client.send(new CreateBucketCommand({ Bucket }));
  } finally {
    client.destroy();
  }
}
