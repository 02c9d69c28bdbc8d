"""Reads everything in an AWS by boto3. Prints one JSON object; ends with an error at the first thing that goes wrong."""

import json
import sys

import boto3

CLUSTER, SERVICE, GROUP, TARGET_GROUP = sys.argv[1:]


def paged(client, operation, key, **arguments):
    return client.get_paginator(operation).paginate(**arguments).build_full_result()[key]


def ecs():
    client = boto3.client("ecs")
    client.get_waiter("services_stable").wait(
        cluster=CLUSTER, services=[SERVICE], WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    service = client.describe_services(cluster=CLUSTER, services=[SERVICE], include=["TAGS"])["services"][0]
    definition = client.describe_task_definition(taskDefinition=service["taskDefinition"], include=["TAGS"])
    tasks = paged(client, "list_tasks", "taskArns", cluster=CLUSTER, serviceName=SERVICE)
    client.get_waiter("tasks_running").wait(cluster=CLUSTER, tasks=tasks, WaiterConfig={"Delay": 1, "MaxAttempts": 5})
    described = client.describe_tasks(cluster=CLUSTER, tasks=tasks, include=["TAGS"])["tasks"]
    clusters = paged(client, "list_clusters", "clusterArns")
    return {
        "clusters": clusters,
        "clusterStatus": client.describe_clusters(clusters=clusters)["clusters"][0]["status"],
        "services": paged(client, "list_services", "serviceArns", cluster=CLUSTER),
        "createdAt": service["createdAt"].isoformat(),
        "running": service["runningCount"],
        "tags": client.list_tags_for_resource(resourceArn=service["serviceArn"])["tags"],
        "image": definition["taskDefinition"]["containerDefinitions"][0]["image"],
        "definitions": paged(client, "list_task_definitions", "taskDefinitionArns"),
        "families": paged(client, "list_task_definition_families", "families"),
        "tasks": [task["lastStatus"] for task in described],
    }


def logs():
    client = boto3.client("logs")
    groups = paged(client, "describe_log_groups", "logGroups", logGroupNamePrefix=GROUP)
    tags = client.list_tags_for_resource(resourceArn=groups[0]["logGroupArn"])["tags"]
    return {"groups": [[group["logGroupName"], group["retentionInDays"]] for group in groups], "tags": tags}


def scaling():
    client = boto3.client("application-autoscaling")
    every = {"ServiceNamespace": "ecs"}
    targets = paged(client, "describe_scalable_targets", "ScalableTargets", **every)
    return {
        "targets": [[target["ResourceId"], target["MinCapacity"], target["MaxCapacity"]] for target in targets],
        "policies": [
            policy["PolicyName"] for policy in paged(client, "describe_scaling_policies", "ScalingPolicies", **every)
        ],
        "actions": [
            action["ScheduledActionName"]
            for action in paged(client, "describe_scheduled_actions", "ScheduledActions", **every)
        ],
        "tags": client.list_tags_for_resource(ResourceARN=targets[0]["ScalableTargetARN"])["Tags"],
    }


def load_balancing():
    client = boto3.client("elbv2")
    groups = paged(client, "describe_target_groups", "TargetGroups")
    health = client.describe_target_health(TargetGroupArn=TARGET_GROUP)["TargetHealthDescriptions"]
    return {
        "groups": [group["TargetGroupArn"] for group in groups],
        "health": [target["TargetHealth"]["State"] for target in health],
        "balancers": len(paged(client, "describe_load_balancers", "LoadBalancers")),
    }


def others():
    token = boto3.client("ecr").get_authorization_token()["authorizationData"][0]
    return {
        "repositories": paged(boto3.client("ecr"), "describe_repositories", "repositories"),
        "token": token["authorizationToken"] != "",
        "account": boto3.client("sts").get_caller_identity()["Account"],
        "tables": paged(boto3.client("dynamodb"), "list_tables", "TableNames"),
    }


def main():
    seen = {"ecs": ecs(), "logs": logs(), "scaling": scaling(), "elb": load_balancing(), "others": others()}
    json.dump(seen, sys.stdout, default=str)


main()
