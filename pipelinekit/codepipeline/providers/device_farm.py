"""Tests on the devices of Device Farm."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.limits import TRUE_FALSE
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import optional_text, text

_ANY = (0, 2**31 - 1)

APP_TYPES = ("iOS", "Android", "Web")
TEST_TYPES = (
    "APPIUM_JAVA_JUNIT",
    "APPIUM_JAVA_TESTNG",
    "APPIUM_PYTHON",
    "APPIUM_WEB_JAVA_JUNIT",
    "APPIUM_WEB_JAVA_TESTNG",
    "APPIUM_WEB_PYTHON",
    "BUILTIN_EXPLORER",
    "BUILTIN_FUZZ",
    "CALABASH",
    "INSTRUMENTATION",
    "UIAUTOMATION",
    "UIAUTOMATOR",
    "WEB_PERFORMANCE_PROFILE",
    "XCTEST",
    "XCTEST_UI",
)


@frozen(kw_only=True)
class DeviceFarm(ReadingAction):
    """A run of tests on phones and browsers (User Guide, action-reference-DeviceFarm).

    ``app`` and ``test`` are paths in the input artifact: the application, and what tests it. ``app_type`` is iOS,
    Android or Web, and ``test_type`` the framework, such as APPIUM_PYTHON or BUILTIN_FUZZ. AWS wants an
    ``appium_version``, and does not look at it.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Test", "AWS", "DeviceFarm"),
        inputs=(1, 1),
        outputs=(0, 0),
        timeout_minutes=480,
        region_allowed=True,
        page="action-reference-DeviceFarm",
    )

    input: tuple[Artifact, ...] = field(converter=artifacts)
    app_type: str = field(converter=text, metadata=key("AppType", required=True, values=APP_TYPES))
    project_id: str = field(converter=text, metadata=key("ProjectId", required=True))
    app: str = field(converter=text, metadata=key("App", required=True))
    appium_version: str = field(converter=text, metadata=key("AppiumVersion", required=True))
    device_pool_arn: str = field(converter=text, metadata=key("DevicePoolArn", required=True))
    test_type: str = field(converter=text, metadata=key("TestType", required=True, values=TEST_TYPES))
    test: str | None = field(default=None, converter=optional_text, metadata=key("Test"))
    radio_bluetooth_enabled: bool | None = field(default=None, metadata=key("RadioBluetoothEnabled", values=TRUE_FALSE))
    radio_wifi_enabled: bool | None = field(default=None, metadata=key("RadioWifiEnabled", values=TRUE_FALSE))
    radio_nfc_enabled: bool | None = field(default=None, metadata=key("RadioNfcEnabled", values=TRUE_FALSE))
    radio_gps_enabled: bool | None = field(default=None, metadata=key("RadioGpsEnabled", values=TRUE_FALSE))
    record_app_performance_data: bool | None = field(
        default=None, metadata=key("RecordAppPerformanceData", values=TRUE_FALSE)
    )
    record_video: bool | None = field(default=None, metadata=key("RecordVideo", values=TRUE_FALSE))
    fuzz_event_count: int | None = field(default=None, metadata=key("FuzzEventCount", whole=(1, 10000)))
    fuzz_event_throttle: int | None = field(default=None, metadata=key("FuzzEventThrottle", whole=(1, 1000)))
    fuzz_randomizer_seed: int | None = field(default=None, metadata=key("FuzzRandomizerSeed"))
    custom_host_machine_artifacts: str | None = field(
        default=None, converter=optional_text, metadata=key("CustomHostMachineArtifacts")
    )
    custom_device_artifacts: str | None = field(
        default=None, converter=optional_text, metadata=key("CustomDeviceArtifacts")
    )
    unmetered_devices_only: bool | None = field(default=None, metadata=key("UnmeteredDevicesOnly", values=TRUE_FALSE))
    job_timeout_minutes: int | None = field(default=None, metadata=key("JobTimeoutMinutes", whole=_ANY))
    latitude: float | None = field(default=None, metadata=key("Latitude"))
    longitude: float | None = field(default=None, metadata=key("Longitude"))
