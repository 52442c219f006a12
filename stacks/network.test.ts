import { describe, expect, it } from "vitest";
import { functionNamed, only, type Resource, render, resources, stacksOf, synth } from "./synth.fixture.ts";

const { network } = synth();

function subnetsOf(template: typeof network): Record<string, { id: string; place: string; zone: unknown }> {
  return Object.fromEntries(
    Object.entries(template.findResources("AWS::EC2::Subnet")).map(([id, { Properties }]) => [
      Properties.AvailabilityZoneId,
      { id, place: JSON.stringify(Properties.CidrBlock["Fn::Select"]), zone: Properties.AvailabilityZone },
    ]),
  );
}

describe("the network", () => {
  it("costs nothing while idle: no NAT gateway, no elastic address, no interface endpoint", () => {
    for (const type of ["AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::EC2::VPCEndpoint"]) {
      network.resourceCountIs(type, 0);
    }
  });

  it("lets nothing in", () => {
    network.resourceCountIs("AWS::EC2::SecurityGroupIngress", 0);
    expect(only(network, "AWS::EC2::SecurityGroup").Properties.SecurityGroupIngress).toBeUndefined();
    network.resourceCountIs("Custom::VpcRestrictDefaultSG", 1);
  });

  it("leads out of every subnet", () => {
    const route = only(network, "AWS::EC2::Route").Properties;
    expect(route.DestinationCidrBlock).toBe("0.0.0.0/0");
    const routed = resources(network, "AWS::EC2::SubnetRouteTableAssociation");
    expect(routed.map(({ Properties }) => Properties.SubnetId.Ref).sort()).toEqual(
      Object.keys(network.findResources("AWS::EC2::Subnet")).sort(),
    );
    for (const { Properties } of routed) expect(Properties.RouteTableId).toEqual(route.RouteTableId);
  });
});

describe("the zones", () => {
  it("go by id, because their names mean something else in every account", () => {
    const subnets = subnetsOf(network);
    expect(Object.keys(subnets)).toEqual(["euc1-az1", "euc1-az2"]);
    for (const { zone } of Object.values(subnets)) expect(zone).toBeUndefined();
  });

  it("are those that the operator chose; one that stays is not touched by the choice", () => {
    const before = subnetsOf(network);
    const after = subnetsOf(synth("ci", { zones: ["euc1-az3", "euc1-az2"] }).network);
    expect(Object.keys(after)).toEqual(["euc1-az2", "euc1-az3"]);
    expect(after["euc1-az2"]).toEqual(before["euc1-az2"]);
    const places = Object.values({ ...before, ...after }).map(({ place }) => place);
    expect(new Set(places).size).toBe(3);
  });

  it("can be changed while functions use them: their subnets are read at a deployment, no output binds them", () => {
    const { api, dispatch } = synth();
    const name = only(network, "AWS::SSM::Parameter").Properties.Name;
    for (const [template, fn] of [
      [api, "api"],
      [dispatch, "dispatcher"],
    ] as const) {
      const told = functionNamed(template, fn).Properties.Environment.Variables.ERRAND_SUBNETS;
      const parameter = template.toJSON().Parameters[told.Ref];
      expect(parameter).toMatchObject({ Type: "AWS::SSM::Parameter::Value<String>", Default: name });
    }
    const outputs = Object.values(network.toJSON().Outputs ?? {}) as { Value: unknown }[];
    expect(outputs.some(({ Value }) => render(Value).includes("Subnet"))).toBe(false);
  });
});

describe("the stacks go out", () => {
  const { stacks } = stacksOf("ci");

  it("network first, then the functions, and images last: a new runner never meets an older API", () => {
    expect(stacks.api.dependencies).toContain(stacks.network);
    expect(stacks.dispatch.dependencies).toContain(stacks.network);
    expect(stacks.runners.dependencies).toEqual(expect.arrayContaining([stacks.api, stacks.dispatch]));
  });

  it("with the roles and families that the functions were told before these were there", () => {
    const { runners, dispatch } = synth();
    const policies = JSON.stringify(resources(dispatch, "AWS::IAM::Policy"));
    const names = (Object.values(runners.toJSON().Resources) as Resource[]).flatMap(({ Type, Properties }) =>
      Type === "AWS::IAM::Role" ? [`role/${Properties.RoleName}`] : [],
    );
    expect(names).toHaveLength(3);
    for (const name of names) expect(policies).toContain(name);
    const variables = functionNamed(dispatch, "dispatcher").Properties.Environment.Variables;
    const families = resources(runners, "AWS::ECS::TaskDefinition").map(({ Properties }) => Properties.Family);
    expect(families).toEqual([variables.ERRAND_TASK_DEFINITION_CLAUDE, variables.ERRAND_TASK_DEFINITION_CODEX]);
  });
});
