import * as client from "@aws-sdk/client-ecr";
import { loadModel } from "../protocol/model.ts";
import type { Answer, Checked, Service } from "../protocol/service.ts";
import type { AwsContext } from "../store.ts";

const model = loadModel({ service: "ecr", protocol: "awsJson1_1", client, invalid: "InvalidParameterException" });

/**
 * A registry that has every image already: who publishes one finds it there and builds nothing, because not every
 * machine has a Docker to build with.
 */
export function ecr(context: AwsContext): Service {
  const describeRepositories = (
    input: Checked<client.DescribeRepositoriesRequest>,
    { region }: { region: string },
  ): Answer<client.DescribeRepositoriesResponse> => ({
    repositories: (input.repositoryNames ?? []).map((repositoryName) => ({
      repositoryName,
      registryId: context.account,
      repositoryUri: `${context.account}.dkr.ecr.${region}.amazonaws.com/${repositoryName}`,
    })),
  });
  const describeImages = (input: Checked<client.DescribeImagesRequest>): Answer<client.DescribeImagesResponse> => ({
    imageDetails: (input.imageIds ?? []).map(({ imageTag = "" }) => ({
      repositoryName: input.repositoryName,
      imageTags: [imageTag],
    })),
  });
  return { model, handlers: { DescribeRepositories: describeRepositories, DescribeImages: describeImages } };
}
