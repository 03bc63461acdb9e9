"""Why an operation is not supported, and what to use instead: one sentence for each."""

from collections.abc import Mapping

from desk.gamelift.model import operation_names

_BUILDS = "Harena runs scripts in Python, not builds: use CreateScript with a zip of Python files."
_CONTAINERS = "Harena runs scripts in sandboxes of its own, not containers: use CreateScript and CreateFleet."
_GAME_SERVERS = "Harena has no game server groups: use CreateFleet with a ScriptId, and CreateGameSession."
_PEERING = "Harena runs in your own network, where nothing is to be peered: let the server listen where it is reached."
_ACCESS = "An instance is the machine that Harena runs on: log in there."
_ANYWHERE = "A fleet runs on Harena's own machine, which need not be registered: use CreateFleet with a ScriptId."
_SCALING = "Capacity is not scaled automatically: use UpdateFleetCapacity."
_LOCATIONS = "A fleet has one location, this server: leave locations out, and use {instead}."
_PORTS = "Players come to the ports of `harena run`, which no fleet opens: use the server's setting `port`."

_REASONS: Mapping[str, tuple[str, ...]] = {
    _BUILDS: (
        "CreateBuild",
        "DeleteBuild",
        "DescribeBuild",
        "ListBuilds",
        "RequestUploadCredentials",
        "UpdateBuild",
    ),
    _CONTAINERS: (
        "CreateContainerFleet",
        "CreateContainerGroupDefinition",
        "DeleteContainerFleet",
        "DeleteContainerGroupDefinition",
        "DescribeContainerFleet",
        "DescribeContainerGroupDefinition",
        "DescribeContainerGroupPortMappings",
        "DescribeFleetDeployment",
        "ListContainerFleets",
        "ListContainerGroupDefinitionVersions",
        "ListContainerGroupDefinitions",
        "ListFleetDeployments",
        "UpdateContainerFleet",
        "UpdateContainerGroupDefinition",
    ),
    _GAME_SERVERS: (
        "ClaimGameServer",
        "CreateGameServerGroup",
        "DeleteGameServerGroup",
        "DeregisterGameServer",
        "DescribeGameServer",
        "DescribeGameServerGroup",
        "DescribeGameServerInstances",
        "ListGameServerGroups",
        "ListGameServers",
        "RegisterGameServer",
        "ResumeGameServerGroup",
        "SuspendGameServerGroup",
        "UpdateGameServer",
        "UpdateGameServerGroup",
    ),
    _PEERING: (
        "CreateVpcPeeringAuthorization",
        "CreateVpcPeeringConnection",
        "DeleteVpcPeeringAuthorization",
        "DeleteVpcPeeringConnection",
        "DescribeVpcPeeringAuthorizations",
        "DescribeVpcPeeringConnections",
    ),
    _ACCESS: ("DescribeInstances", "GetComputeAccess", "GetInstanceAccess"),
    _ANYWHERE: (
        "CreateLocation",
        "DeleteLocation",
        "DeregisterCompute",
        "DescribeCompute",
        "GetComputeAuthToken",
        "ListCompute",
        "ListLocations",
        "RegisterCompute",
    ),
    _SCALING: (
        "DeleteScalingPolicy",
        "DescribeScalingPolicies",
        "PutScalingPolicy",
        "StartFleetActions",
        "StopFleetActions",
    ),
    _LOCATIONS.format(instead="CreateFleet alone"): (
        "CreateFleetLocations",
        "DeleteFleetLocations",
        "DescribeFleetLocationAttributes",
    ),
    _LOCATIONS.format(instead="DescribeFleetCapacity"): ("DescribeEC2InstanceLimits", "DescribeFleetLocationCapacity"),
    _LOCATIONS.format(instead="DescribeFleetUtilization"): ("DescribeFleetLocationUtilization",),
    _PORTS: ("DescribeFleetPortSettings", "UpdateFleetPortSettings"),
}

#: By operation. What is in no table of ours is newer than we are.
WHY_NOT: Mapping[str, str] = {operation: why for why, operations in _REASONS.items() for operation in operations}


def why_not(operation: str) -> str:
    """Why an operation of GameLift's that is not supported is not."""
    newer = "Harena does not know this operation yet: docs/reference/gamelift-operations.md names those it knows."
    return WHY_NOT.get(operation, newer)


def table(supported: Mapping[str, object]) -> list[tuple[str, str]]:
    """Every operation with "supported", or why it is not."""
    return [(name, "supported" if name in supported else why_not(name)) for name in operation_names()]
