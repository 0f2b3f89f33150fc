"""Actions of every type that has a class: each as short as it can be, and most with all that they can say."""

from __future__ import annotations

from collections.abc import Iterator

import pipelinekit as pk

CHECKOUT = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
IMAGE = pk.source.ECR("Image", repository="shop", tag="beta")
PACKAGE = pk.build.CodeBuild(
    "Package",
    input=CHECKOUT.output,
    buildspec=pk.BuildSpec(build=["make dist"], artifacts=["**/*"], exported_variables=["VERSION"]),
)
FILES = PACKAGE.output
ROLE = pk.Parameter("StackRoleArn")


def sources() -> Iterator[pk.Action]:
    yield CHECKOUT
    yield IMAGE
    yield pk.source.CodeCommit(
        "Polled", repository="shop", branch="main", poll_for_source_changes=True, output_artifact_format="CODE_ZIP"
    )
    yield pk.source.CodeConnections(
        "Connected",
        connection=pk.Parameter("ConnectionArn"),
        repository="acme/shop",
        branch="main",
        output_artifact_format="CODEBUILD_CLONE_REF",
        detect_changes=False,
    )
    yield pk.source.S3(
        "Zip",
        bucket="shop-source",
        object_key="shop.zip",
        poll_for_source_changes=False,
        allow_override_for_s3_object_key=True,
    )
    yield pk.source.GitHub(
        "Old",
        owner="acme",
        repository="shop",
        branch="main",
        oauth_token=pk.Parameter("Token"),
        poll_for_source_changes=False,
    )


def builds() -> Iterator[pk.Action]:
    yield PACKAGE
    yield pk.build.CodeBuild("Batch", input=CHECKOUT.output, project="shop", batch=True, combine_artifacts=True)
    yield pk.build.Commands("Lint", input=CHECKOUT.output, commands=["ruff check"])
    yield pk.build.Commands(
        "Bundle",
        input=[CHECKOUT.output, FILES],
        commands=["make dist", "export VERSION=1"],
        files=["dist/**/*"],
        output_variables=["VERSION"],
        environment={"STAGE": "beta"},
        environment_type="WINDOWS_SERVER_2022_CONTAINER",
        compute_type="BUILD_GENERAL1_MEDIUM",
        vpc_id="vpc-1",
        subnets=["subnet-1", "subnet-2"],
        security_group_ids=["sg-1"],
    )
    yield pk.build.ECRBuildAndPublish("Push", input=CHECKOUT.output, repository="shop")
    yield pk.build.ECRBuildAndPublish(
        "PushBoth",
        input=CHECKOUT.output,
        repository="shop",
        docker_file_path="docker",
        tags=["latest", "v1"],
        registry_type="public",
    )
    yield pk.build.Jenkins(
        "Jenkins", provider="OurJenkins", project="shop", input=CHECKOUT.output, outputs=["JenkinsBuild"], version="2"
    )
    yield pk.build.CloudBees("Bees", input=CHECKOUT.output, outputs=["Honey"], configuration={"Job": "shop"})
    yield pk.build.TeamCity("City", provider="OurTeamCity", version="3", configuration={"BuildConfigurationId": "bt1"})
    yield pk.build.Solano("Solano", input=CHECKOUT.output)


def tests() -> Iterator[pk.Action]:
    yield pk.test.CodeBuild("Unit", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["pytest"]))
    required = {
        "input": FILES,
        "app_type": "Android",
        "project_id": "eec4905f",
        "app": "shop.apk",
        "appium_version": "1.22",
        "device_pool_arn": "arn:aws:devicefarm:us-west-2::devicepool:082d10e5",
        "test_type": "BUILTIN_FUZZ",
    }
    yield pk.test.DeviceFarm("Phones", **required)  # type: ignore[arg-type]
    yield pk.test.DeviceFarm(
        "AllPhones",
        **required,  # type: ignore[arg-type]
        test="tests.zip",
        radio_bluetooth_enabled=False,
        radio_wifi_enabled=True,
        radio_nfc_enabled=True,
        radio_gps_enabled=True,
        record_app_performance_data=True,
        record_video=False,
        fuzz_event_count=10000,
        fuzz_event_throttle=1,
        fuzz_randomizer_seed=-4,
        custom_host_machine_artifacts="host",
        custom_device_artifacts="device",
        unmetered_devices_only=False,
        job_timeout_minutes=30,
        latitude=-33.9,
        longitude=18.4,
    )
    yield pk.test.Jenkins("Ui", provider="OurJenkins", project="ui")
    yield pk.test.BlazeMeter("Load", configuration={"TestId": "1"})
    yield pk.test.GhostInspector("Ghost", provider="ghostinspector", configuration={"TestId": "1"})
    yield pk.test.StormRunnerLoad("Storm")
    yield pk.test.Nouvola("Nouvola")
    yield pk.test.Runscope("Api", provider="runscope", configuration={"Bucket": "b"})


def approvals() -> Iterator[pk.Action]:
    yield pk.approval.Manual("Ask")
    yield pk.approval.Manual(
        "AskLoudly",
        notification="arn:aws:sns:eu-west-1:111122223333:releases",
        link="https://example.org/",
        message=f"Ship {PACKAGE.variable('VERSION')}?",
        timeout_minutes=60,
    )


def stacks() -> Iterator[pk.Action]:
    template = FILES.at("template.yml")
    make = pk.deploy.CloudFormation
    yield make.create_or_update("Stack", stack_name="shop", template=template, stack_role=ROLE)
    yield make.create_or_update(
        "StackAnew",
        stack_name="shop-beta",
        template=template,
        stack_role=ROLE,
        template_configuration=CHECKOUT.output.at("beta.json"),
        parameter_overrides={"Url": {"Fn::GetArtifactAtt": [IMAGE.output, "URL"]}},
        capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        output_file_name="outputs.json",
        replace_on_failure=True,
        region="eu-west-1",
        namespace="StackOutputs",
    )
    prepare = make.create_change_set(
        "Prepare", stack_name="shop", change_set_name="release", template=template, stack_role=ROLE
    )
    yield prepare
    yield make.execute_change_set(
        "Execute", stack_name="shop", change_set_name="release", output_file_name="made.json", run_order=2
    )
    yield make.delete("Remove", stack_name="shop-old", stack_role=ROLE)
    yield pk.deploy.CloudFormationStackSet("Set", stack_set_name="shop", template=template)
    yield pk.deploy.CloudFormationStackSet(
        "WholeSet",
        stack_set_name="shop",
        template=template,
        description="The shop everywhere",
        parameters={"Level": "debug", "Count": 3, "Key": None},
        capabilities=["CAPABILITY_NAMED_IAM"],
        permission_model="SELF_MANAGED",
        administration_role_arn="arn:aws:iam::111122223333:role/admin",
        execution_role_name="execution",
        deployment_targets=["111122223333", "444455556666"],
        regions=["eu-west-1", "us-east-1"],
        failure_tolerance_percentage=0,
        max_concurrent_percentage=100,
        region_concurrency_type="PARALLEL",
        concurrency_mode="SOFT_FAILURE_TOLERANCE",
    )
    yield pk.deploy.CloudFormationStackSet(
        "ManagedSet",
        stack_set_name="shop-managed",
        template=template,
        parameters=CHECKOUT.output.at("parameters.json"),
        permission_model="SERVICE_MANAGED",
        organizations_auto_deployment="EnabledWithStackRetention",
        call_as="DELEGATED_ADMIN",
    )
    yield pk.deploy.CloudFormationStackInstances("Instances", stack_set_name="shop", regions=["eu-west-1"])
    yield pk.deploy.CloudFormationStackInstances(
        "WholeInstances",
        stack_set_name="shop",
        regions=["eu-west-1"],
        deployment_targets=FILES.at("accounts.json"),
        parameter_overrides={"Level": "info"},
        failure_tolerance_percentage=10,
        max_concurrent_percentage=20,
        region_concurrency_type="SEQUENTIAL",
        concurrency_mode="STRICT_FAILURE_TOLERANCE",
        call_as="SELF",
    )


def deployments() -> Iterator[pk.Action]:
    group = pk.DeploymentGroup("web", application="shop", tags={"role": "web"})
    yield pk.deploy.CodeDeploy("Servers", input=FILES, group=group)
    yield pk.deploy.CodeDeploy("Elsewhere", input=FILES, group="workers", application="shop")
    yield pk.deploy.S3("Site", input=FILES, bucket="shop-site")
    yield pk.deploy.S3(
        "Release",
        input=FILES,
        bucket="shop-releases",
        extract=False,
        object_key="shop/{datetime}.zip",
        kms_encryption_key_arn="arn:aws:kms:eu-west-1:111122223333:key/1",
        canned_acl="bucket-owner-full-control",
        cache_control="max-age=60, public",
    )
    yield pk.deploy.ECS("Service", input=FILES, cluster="shop", service="web")
    yield pk.deploy.ECS(
        "Service2", input=FILES, cluster="shop", service="web", file_name="images.json", deployment_timeout_minutes=15
    )
    yield pk.deploy.CodeDeployToECS("BlueGreen", application="shop", group="web", task_definition=FILES, appspec=FILES)
    yield pk.deploy.CodeDeployToECS(
        "BlueGreen2",
        application="shop",
        group="web",
        task_definition=FILES.at("deploy/taskdef.json"),
        appspec=CHECKOUT.output.at("deploy/appspec.yaml"),
        images={"IMAGE1_NAME": IMAGE.output, "SIDECAR": FILES},
    )
    yield pk.deploy.CodeDeployToECS(
        "BlueGreen4",
        application="shop",
        group="web",
        task_definition=FILES,
        appspec=FILES,
        images={f"IMAGE{number}_NAME": IMAGE.output for number in range(1, 5)},
        input=CHECKOUT.output,
    )
    yield pk.deploy.EC2(
        "Copy",
        input=FILES,
        tag_key="role",
        instance_type="SSM_MANAGED_NODE",
        deploy_spec="deployspec.yml",
        max_batch=3,
        max_error="10%",
        target_groups=["web"],
    )
    yield pk.deploy.EC2(
        "Copy2",
        input=FILES,
        tag_key="role",
        tag_value="web",
        instance_type="EC2",
        target_directory="/srv/shop",
        pre_script="stop.sh",
        post_script="start.sh",
        max_batch="100%",
        max_error=0,
    )
    yield pk.deploy.EKS("Apply", input=FILES, cluster="shop", manifest_files=["deploy.yml", "service.yml"])
    yield pk.deploy.EKS(
        "Chart",
        input=FILES,
        cluster="shop",
        helm_release_name="shop",
        helm_chart_location="chart",
        helm_values_files=["beta.yml"],
        kubernetes_namespace="beta",
        subnets=["subnet-1"],
        security_group_ids=["sg-1"],
        environment={"TAG": PACKAGE.variable("VERSION")},
    )
    yield pk.deploy.Lambda("Code", input=FILES, function="shop")
    yield pk.deploy.Lambda(
        "Shift",
        function="shop",
        alias="live",
        published_target_version="7",
        deploy_strategy="Linear10PercentEvery1Minute",
        alarms=["errors", "latency"],
    )
    yield pk.deploy.ElasticBeanstalk("Beans", input=FILES, application_name="shop", environment_name="beta")
    yield pk.deploy.AppConfig(
        "Flags",
        input=FILES,
        application_id="a1",
        environment_id="e1",
        configuration_profile_id="p1",
        configuration_path="flags.json",
        deployment_strategy_id="s1",
    )
    yield pk.deploy.ServiceCatalog("Listed", input=FILES, product_id="prod-1", configuration_file_path="product.json")
    yield pk.deploy.ServiceCatalog(
        "Product",
        input=FILES,
        product_id="prod-1",
        template_file_path="template.yml",
        product_version_name="1.0",
        product_type="CLOUD_FORMATION_TEMPLATE",
        product_version_description="The first",
    )
    yield pk.deploy.OpsWorks("Ops", input=FILES, stack="shop", app="web", layer="app")
    yield pk.deploy.AlexaSkillsKit(
        "Skill",
        input=FILES,
        client_id="client",
        client_secret=pk.Parameter("ClientSecret"),
        refresh_token=pk.Parameter("RefreshToken"),
        skill_id="skill",
    )
    yield pk.deploy.XebiaLabs("Xebia", input=FILES, configuration={"Environment": "beta"})


def invocations() -> Iterator[pk.Action]:
    yield pk.invoke.Lambda("Notify", function="notify")
    yield pk.invoke.Lambda(
        "Smoke", function="smoke", user_parameters='{"a": 1}', input=[FILES, CHECKOUT.output], outputs=["Report"]
    )
    machine = "arn:aws:states:eu-west-1:111122223333:stateMachine:migrate"
    yield pk.invoke.StepFunctions("Migrate", state_machine=machine)
    yield pk.invoke.StepFunctions(
        "Migrate2",
        state_machine=machine,
        execution_name_prefix="release",
        input_type="FilePath",
        state_input="input.json",
        input=FILES,
        outputs=["Answer"],
    )
    yield pk.invoke.CodePipeline("Next", pipeline="shop-live")
    yield pk.invoke.CodePipeline(
        "Next2",
        pipeline="shop-live",
        source_revisions={"Checkout": ("COMMIT_ID", CHECKOUT.commit_id)},
        variables={"VERSION": PACKAGE.variable("VERSION"), "COUNT": 3},
    )
    yield pk.invoke.InspectorScan.of_source("ScanSource", input=CHECKOUT.output, critical_threshold=0)
    yield pk.invoke.InspectorScan.of_image(
        "ScanImage",
        repository="shop",
        tag="beta",
        critical_threshold=0,
        high_threshold=1,
        medium_threshold=10,
        low_threshold=100,
        outputs=["Sbom"],
    )
    yield pk.invoke.Snyk("Snyk", input=CHECKOUT.output)


def everything() -> list[pk.Action]:
    """Give all of them."""
    makers = (sources, builds, tests, approvals, stacks, deployments, invocations)
    return [action for make in makers for action in make()]


def pipeline_with(*actions: pk.Action) -> pk.Pipeline:
    """Put actions into a pipeline together with those whose outputs they use."""
    first = {action.name: action for action in (CHECKOUT, IMAGE, *actions) if is_source(action)}
    others = [action for action in actions if not is_source(action) and action is not PACKAGE]
    return pk.Pipeline(
        "shop",
        [
            pk.Stage("Source", list(first.values())),
            pk.Stage("Build", PACKAGE),
            *([pk.Stage("Rest", others)] if others else []),
        ],
    )


def is_source(action: pk.Action) -> bool:
    return action.action_type_id.category == "Source"
