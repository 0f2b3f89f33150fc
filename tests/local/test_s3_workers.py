from __future__ import annotations

import hashlib
import io
import os
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from local.harness import Attempt, Bench, definition_of
from pipelinekit.codepipeline.declaration import ActionDeclaration, ActionTypeId, OutputArtifact
from pipelinekit.local.bindings import Bindings, relative_to
from pipelinekit.local.registry import check_workers
from pipelinekit.local.workers.s3_deploy import S3DeployWorker
from pipelinekit.local.workers.s3_source import S3SourceWorker

SITE = {"index.html": "<h1>hello</h1>", "css/site.css": "h1 {}", "data": "1,2"}
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def deploy(extract: bool = True, **configuration: str) -> ActionDeclaration:
    return ActionDeclaration(
        "Publish",
        action_type_id=ActionTypeId("Deploy", "AWS", "S3"),
        configuration={"BucketName": "shop-site", "Extract": "true" if extract else "false", **configuration},
        input_artifacts=("SiteOutput",),
    )


def source() -> ActionDeclaration:
    return ActionDeclaration(
        "Checkout",
        action_type_id=ActionTypeId("Source", "AWS", "S3"),
        configuration={"S3Bucket": "sources", "S3ObjectKey": "shop/site.zip"},
        output_artifacts=(OutputArtifact("SiteOutput"),),
    )


def published(bench: Bench, declared: ActionDeclaration, bucket: str | Path, **files: str) -> Attempt:
    if not bench.place("SiteOutput").exists():
        bench.artifact("SiteOutput", files or SITE)
    return bench.run(S3DeployWorker(), declared, bindings=Bindings(buckets={"shop-site": bucket}))


def files_in(directory: Path) -> dict[str, str]:
    return {str(p.relative_to(directory)): p.read_text() for p in directory.rglob("*") if p.is_file()}


# A directory as bucket


def test_the_files_of_the_artifact_become_files_of_the_directory(bench: Bench, tmp_path: Path) -> None:
    attempt = published(bench, deploy(), tmp_path / "site")

    assert files_in(tmp_path / "site") == SITE
    assert attempt.result.summary == f"3 objects, 22 bytes in bucket shop-site ({tmp_path / 'site'})"
    assert attempt.said == ["upload: css/site.css", "upload: data", "upload: index.html"]


@pytest.mark.parametrize("prefix", ["releases/7", "releases/7/"])
def test_an_object_key_is_the_directory_that_files_are_extracted_to(bench: Bench, tmp_path: Path, prefix: str) -> None:
    published(bench, deploy(ObjectKey=prefix), tmp_path / "site")

    assert files_in(tmp_path / "site") == {f"releases/7/{name}": text for name, text in SITE.items()}


def test_without_extracting_the_object_is_a_zip_of_the_artifact(bench: Bench, tmp_path: Path) -> None:
    attempt = published(bench, deploy(False, ObjectKey="releases/site.zip"), tmp_path / "site")

    with zipfile.ZipFile(tmp_path / "site" / "releases" / "site.zip") as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == SITE
    assert attempt.result.summary.startswith("1 object, ")


def test_the_tokens_of_a_key_are_replaced(bench: Bench, tmp_path: Path) -> None:
    published(bench, deploy(False, ObjectKey="site-{datetime}-{uuid}.zip"), tmp_path / "site")

    [name] = os.listdir(tmp_path / "site")
    uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    assert re.fullmatch(rf"site-\d{{4}}-\d\d-\d\d_\d\d-\d\d-\d\d-{uuid}\.zip", name)


def test_what_was_there_before_stays_and_what_is_new_replaces_it(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("old")
    (tmp_path / "site" / "robots.txt").write_text("mine")

    published(bench, deploy(), tmp_path / "site")

    assert files_in(tmp_path / "site") == {**SITE, "robots.txt": "mine"}


def test_what_a_directory_cannot_hold_is_said_in_the_log(bench: Bench, tmp_path: Path) -> None:
    declared = deploy(CannedACL="public-read", CacheControl="public, max-age=60", KMSEncryptionKeyARN=KEY)

    attempt = published(bench, declared, tmp_path / "site")

    assert attempt.result.succeeded
    assert [line for line in attempt.text.splitlines() if line.startswith("[pipelinekit]")] == [
        "[pipelinekit] CannedACL public-read is not applied: a directory has no access control lists",
        "[pipelinekit] CacheControl public, max-age=60 is not kept: a directory has no headers",
        f"[pipelinekit] KMSEncryptionKeyARN {KEY} is not used: files in a directory are not encrypted",
    ]


@pytest.mark.parametrize("prefix", ["../elsewhere", "/etc", "a/../../elsewhere", "a//b", "."])
def test_no_key_leads_out_of_the_directory(bench: Bench, tmp_path: Path, prefix: str) -> None:
    with pytest.raises(Exception, match="is no name of a file in"):
        published(bench, deploy(ObjectKey=prefix), tmp_path / "inner" / "site")

    assert not (tmp_path / "inner").exists()


def test_no_link_in_the_directory_leads_out_of_it(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "css").symlink_to(tmp_path / "outside")
    (tmp_path / "site" / "index.html").symlink_to(tmp_path / "outside" / "index.html")

    with pytest.raises(Exception, match=r"leads out of .*, by a symbolic link in it"):
        published(bench, deploy(), tmp_path / "site")

    assert list((tmp_path / "outside").iterdir()) == []


def test_an_object_that_was_a_link_is_replaced_and_not_followed(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "outside.html").write_text("mine")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").symlink_to(tmp_path / "outside.html")

    published(bench, deploy(), tmp_path / "site")

    assert (tmp_path / "outside.html").read_text() == "mine"
    assert files_in(tmp_path / "site") == SITE


def test_a_file_where_a_directory_is_wanted_is_told_of(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "css").write_text("a file")

    with pytest.raises(Exception, match="is a file and a directory at once"):
        published(bench, deploy(), tmp_path / "site")


def test_links_to_files_of_the_artifact_become_files(bench: Bench, tmp_path: Path) -> None:
    bench.artifact("SiteOutput", {"v7.html": "seven", "index.html": "-> v7.html"})

    published(bench, deploy(), tmp_path / "site")

    assert files_in(tmp_path / "site") == {"v7.html": "seven", "index.html": "seven"}
    assert not (tmp_path / "site" / "index.html").is_symlink()


@pytest.mark.parametrize("target", ["/etc/passwd", "../outside.html", "absent.html", "css"])
def test_other_links_are_an_error(bench: Bench, tmp_path: Path, target: str) -> None:
    bench.artifact("SiteOutput", {"css/site.css": "h1 {}", "index.html": f"-> {target}"})

    with pytest.raises(Exception, match=r"index\.html is a symbolic link to"):
        published(bench, deploy(), tmp_path / "site")

    assert not (tmp_path / "site").exists()


def test_deploying_twice_leaves_what_deploying_once_does(bench: Bench, tmp_path: Path) -> None:
    for _ in range(2):
        published(bench, deploy(), tmp_path / "site")

    assert files_in(tmp_path / "site") == SITE


# A bucket behind an endpoint


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of the endpoint, with an empty bucket ``shop-site``, and credentials for it in the environment."""
    for name in ("AWS_PROFILE", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    for bucket in client.list_buckets()["Buckets"]:
        versions = client.list_object_versions(Bucket=bucket["Name"]).get("Versions", [])
        for version in versions:
            client.delete_object(Bucket=bucket["Name"], Key=version["Key"], VersionId=version["VersionId"])
        client.delete_bucket(Bucket=bucket["Name"])
    client.create_bucket(Bucket="shop-site")
    return client


def objects_in(s3: Any, bucket: str = "shop-site") -> dict[str, str]:
    listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {o["Key"]: s3.get_object(Bucket=bucket, Key=o["Key"])["Body"].read().decode() for o in listed}


def test_the_files_of_the_artifact_become_objects(bench: Bench, s3: Any, endpoint: str) -> None:
    attempt = published(bench, deploy(ObjectKey="v7"), endpoint)

    assert objects_in(s3) == {f"v7/{name}": text for name, text in SITE.items()}
    assert attempt.result.summary == f"3 objects, 22 bytes in bucket shop-site ({endpoint}/shop-site)"
    assert sorted(attempt.said) == ["upload: v7/css/site.css", "upload: v7/data", "upload: v7/index.html"]


def test_objects_have_the_content_types_of_their_names(bench: Bench, s3: Any, endpoint: str) -> None:
    published(bench, deploy(), endpoint)

    types = {key: s3.head_object(Bucket="shop-site", Key=key)["ContentType"] for key in SITE}
    assert types == {"index.html": "text/html", "css/site.css": "text/css", "data": "binary/octet-stream"}


def test_acl_cache_control_and_key_are_those_of_the_configuration(bench: Bench, s3: Any, endpoint: str) -> None:
    declared = deploy(CannedACL="public-read", CacheControl="public, max-age=60", KMSEncryptionKeyARN=KEY)

    attempt = published(bench, declared, endpoint)

    head = s3.head_object(Bucket="shop-site", Key="index.html")
    grants = s3.get_object_acl(Bucket="shop-site", Key="index.html")["Grants"]
    assert (head["CacheControl"], head["ServerSideEncryption"], head["SSEKMSKeyId"]) == (
        "public, max-age=60",
        "aws:kms",
        KEY,
    )
    assert any(grant["Grantee"].get("URI", "").endswith("/AllUsers") for grant in grants)
    assert "[pipelinekit]" not in attempt.text


def test_without_extracting_one_zip_is_uploaded(bench: Bench, s3: Any, endpoint: str) -> None:
    published(bench, deploy(False, ObjectKey="site.zip"), endpoint)

    body = s3.get_object(Bucket="shop-site", Key="site.zip")["Body"].read()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == SITE


def test_the_bucket_may_have_another_name_there(bench: Bench, s3: Any, endpoint: str) -> None:
    s3.create_bucket(Bucket="shop-site-dev")

    published(bench, deploy(), f"{endpoint}/shop-site-dev")

    assert (objects_in(s3), objects_in(s3, "shop-site-dev")) == ({}, SITE)


def test_a_bucket_at_aws_is_found_as_your_configuration_of_aws_says(
    bench: Bench, s3: Any, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)

    attempt = published(bench, deploy(), "s3://shop-site")

    assert objects_in(s3) == SITE
    assert attempt.result.summary.endswith("(s3://shop-site)")


def test_a_bucket_that_is_not_there_fails_the_action(bench: Bench, s3: Any, endpoint: str) -> None:
    attempt = published(bench, deploy(), f"{endpoint}/absent")

    assert (attempt.result.succeeded, attempt.result.error_code) == (False, "ConfigurationError")
    assert "NoSuchBucket" in attempt.result.message


def test_credentials_that_are_missing_are_asked_for(
    bench: Bench, s3: Any, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    attempt = published(bench, deploy(), endpoint)

    assert "no credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in attempt.result.message


def test_an_endpoint_where_nobody_listens_fails_the_action(bench: Bench, s3: Any) -> None:
    attempt = published(bench, deploy(), "http://127.0.0.1:9")

    assert 'Could not connect to the endpoint URL: "http://127.0.0.1:9/' in attempt.result.message


def test_a_cancelled_upload_leaves_no_process(bench: Bench, s3: Any) -> None:
    import socket

    bench.artifact("SiteOutput", SITE)
    with socket.socket() as silent:  # takes connections, and answers nothing
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        bindings = Bindings(buckets={"shop-site": f"http://127.0.0.1:{silent.getsockname()[1]}"})
        context = bench.context(deploy(), bindings=bindings)
        task = bench.start(S3DeployWorker(), context)
        bench.until(lambda: bool(bench.alive(context)))
        time.sleep(0.2)
        task.cancel()
        bench.until(lambda: task.done)
        bench.finish(context)

    assert bench.survivors(context) == []


# What is said before anything runs


def problems(declared: ActionDeclaration, bindings: Bindings) -> list[tuple[str, str]]:
    return [(d.code, f"{d.message} | {d.hint}") for d in check_workers(definition_of(declared), bindings)]


def test_a_bucket_that_nothing_stands_for_is_told_with_the_line_that_binds_one() -> None:
    [(code, text)] = problems(deploy(), Bindings())

    assert code == "PK915"
    assert "nothing on this machine stands for the bucket shop-site" in text
    assert '--bucket shop-site=DIR|URL, or buckets={"shop-site": ...} from Python' in text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("ftp://127.0.0.1/x", "is no bucket: give a directory, http://HOST:PORT"),
        ("s3://", "is no bucket"),
        ("s3://bucket/prefix", "is no bucket"),
        ("http://127.0.0.1:9000/a/b", "is no bucket"),
        ("http://user:word@127.0.0.1:9000", "the endpoint of shop-site has credentials in it"),
        ("FILE", "is a file"),
        ("FILE/below", "is a file"),
    ],
)
def test_what_cannot_be_a_bucket_is_told(tmp_path: Path, given: str, message: str) -> None:
    (tmp_path / "file").write_text("")
    given = given.replace("FILE", str(tmp_path / "file"))

    [(code, text)] = problems(deploy(), Bindings(buckets={"shop-site": given}))

    assert code == "PK916"
    assert message in text


def test_a_bucket_whose_name_is_not_known_yet_is_judged_when_it_is_used(bench: Bench) -> None:
    bench.artifact("SiteOutput", SITE)

    assert problems(deploy(BucketName="#{Build.BUCKET}"), Bindings()) == []
    with pytest.raises(Exception, match="nothing on this machine stands for the bucket shop-site"):
        bench.run(S3DeployWorker(), deploy())


def test_directories_are_seen_from_the_pipeline_s_file_and_addresses_are_not(tmp_path: Path) -> None:
    bindings = Bindings(
        buckets={"a": "site", "b": "http://127.0.0.1:9000", "c": "s3://c"}, functions={"f": "functions/app.py:handler"}
    )

    found = relative_to(bindings, tmp_path)

    assert dict(found.buckets) == {"a": str(tmp_path / "site"), "b": "http://127.0.0.1:9000", "c": "s3://c"}
    assert found.functions["f"].handler == f"{tmp_path}/functions/app.py:handler"


# Sources


def archived(place: Path, files: dict[str, str]) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return place


def test_a_source_bound_to_a_zip_is_what_is_in_it(bench: Bench, tmp_path: Path) -> None:
    place = archived(tmp_path / "site.zip", SITE)

    attempt = bench.run(S3SourceWorker(), source(), bindings=Bindings(sources={"Checkout": place}))

    assert attempt.outputs["SiteOutput"] == SITE
    assert attempt.result.variables == {
        "BucketName": "sources",
        "ObjectKey": "shop/site.zip",
        "ETag": hashlib.md5(place.read_bytes()).hexdigest(),
        "VersionId": hashlib.sha256(place.read_bytes()).hexdigest()[:32],
    }


def test_a_source_whose_bucket_is_a_directory_is_the_object_in_it(bench: Bench, tmp_path: Path) -> None:
    archived(tmp_path / "bucket" / "shop" / "site.zip", SITE)
    bindings = Bindings(buckets={"sources": tmp_path / "bucket"})

    attempt = bench.run(S3SourceWorker(), source(), bindings=bindings)

    assert problems(source(), bindings) == []
    assert attempt.outputs["SiteOutput"] == SITE
    assert attempt.result.summary == f"{tmp_path / 'bucket'}/shop/site.zip: 3 files, 22 bytes"


def test_a_source_whose_bucket_is_behind_an_endpoint_is_the_newest_version_of_its_object(
    bench: Bench, s3: Any, endpoint: str, tmp_path: Path
) -> None:
    s3.create_bucket(Bucket="sources")
    s3.put_bucket_versioning(Bucket="sources", VersioningConfiguration={"Status": "Enabled"})
    body = archived(tmp_path / "site.zip", SITE).read_bytes()
    summary = {"codepipeline-artifact-revision-summary": "seventh release"}
    s3.put_object(Bucket="sources", Key="shop/site.zip", Body=b"an older one")
    put = s3.put_object(Bucket="sources", Key="shop/site.zip", Body=body, Metadata=summary)

    attempt = bench.run(S3SourceWorker(), source(), bindings=Bindings(buckets={"sources": endpoint}))

    assert attempt.outputs["SiteOutput"] == SITE
    assert attempt.result.summary == "seventh release"
    assert attempt.result.variables["VersionId"] == put["VersionId"]
    assert attempt.result.variables["ETag"] == put["ETag"].strip('"')


def test_an_object_that_is_not_behind_the_endpoint_fails_the_source(bench: Bench, s3: Any, endpoint: str) -> None:
    s3.create_bucket(Bucket="sources")

    attempt = bench.run(S3SourceWorker(), source(), bindings=Bindings(buckets={"sources": endpoint}))

    assert (attempt.result.error_code, attempt.result.succeeded) == ("ConfigurationError", False)
    assert "Not Found" in attempt.result.message


def test_a_directory_is_a_source_as_before_although_its_bucket_is_bound(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "page.txt").write_text("hello")

    attempt = bench.run(
        S3SourceWorker(),
        source(),
        bindings=Bindings(sources={"Checkout": tmp_path / "site"}, buckets={"sources": tmp_path / "bucket"}),
    )

    assert attempt.outputs["SiteOutput"] == {"page.txt": "hello"}


@pytest.mark.parametrize(
    ("sources", "buckets", "code", "message"),
    [
        ({}, {}, "PK901", "--bucket sources=DIR|URL"),
        ({"Checkout": "ROOT/text.txt"}, {}, "PK902", "which is no zip"),
        ({"Checkout": "ROOT/absent"}, {}, "PK902", "which is no directory"),
        ({}, {"sources": "ROOT/bucket"}, "PK916", "there is no object 'shop/site.zip'; put the file there"),
    ],
)
def test_what_keeps_a_source_from_being_read_is_told(
    tmp_path: Path, sources: dict[str, str], buckets: dict[str, str], code: str, message: str
) -> None:
    (tmp_path / "text.txt").write_text("hello")
    given = [
        {name: place.replace("ROOT", str(tmp_path)) for name, place in bound.items()} for bound in (sources, buckets)
    ]

    [(found, text)] = problems(source(), Bindings(sources=given[0], buckets=given[1]))

    assert found == code
    assert message in text
