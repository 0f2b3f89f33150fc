"""Secrets from AWS itself: Parameter Store and Secrets Manager, asked only when an action needs them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipelinekit.codebuild.environment import (
    MissingSecret,
    SecretReference,
    describe,
    json_value,
    secret_reference,
)
from pipelinekit.codebuild.limits import PARAMETER_STORE, SECRETS_MANAGER

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_AT_ONCE = 10
"""Names that one GetParameters takes."""
_ALL = "parameters and secrets of AWS"
_NOT_FOUND = ("ResourceNotFoundException", "ParameterNotFound", "ParameterVersionNotFound")
_NOT_SIGNED_IN = (
    "ExpiredTokenException",
    "ExpiredToken",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "UnrecognizedClientException",
)
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")

Reference = tuple[str, str]
"""``PARAMETER_STORE`` or ``SECRETS_MANAGER``, and what the buildspec or the action says."""


def aws_secrets(*, profile: str | None = None, region: str | None = None) -> AwsSecrets:
    """Say that secrets are to be had from AWS, with the user's own credentials or those of a *profile*.

    They are asked in the Region of an ARN, else in *region*, else in the action's, else in the profile's.
    """
    return AwsSecrets(profile or "", region or "")


def aws_named(text: str) -> AwsSecrets | None:
    """Read ``aws``, ``aws:PROFILE``, ``aws:PROFILE@REGION`` or ``aws:@REGION``; None where it is none of these."""
    if text == "aws":
        return AwsSecrets("", "")
    if not text.startswith("aws:"):
        return None
    profile, _, region = text[4:].rpartition("@")
    return AwsSecrets(profile, region) if _REGION.fullmatch(region) else AwsSecrets(text[4:], "")


class AwsSecrets:
    """Secrets of AWS, as one profile sees them; what was fetched is kept in memory."""

    def __init__(self, profile: str, region: str) -> None:
        self.profile = profile
        self.region = region
        self._lock = threading.Lock()
        self._session: Any = None
        self._clients: dict[tuple[str, str], Any] = {}
        self._known: dict[tuple[str, ...], str] = {}

    def __str__(self) -> str:
        after = self.profile + (f"@{self.region}" if self.region else "")
        return f"aws:{after}" if after else "aws"

    def fetch(self, wanted: Iterable[Reference], region: str = "") -> dict[Reference, str | MissingSecret]:
        """Fetch secrets; *region* is that of the action. What cannot be had is a sentence instead. From any thread."""
        with self._lock:
            found: dict[Reference, str | MissingSecret] = {}
            plain: dict[str, list[str]] = {}
            for kind, reference in wanted:
                where = _region_of(reference) or self.region or region
                if kind != PARAMETER_STORE:
                    found[kind, reference] = self._secret(secret_reference(reference), where)
                elif ":" in reference:  # an ARN, a version or a label: the answer may name it otherwise
                    found[kind, reference] = self._parameters([reference], where)[reference]
                else:
                    plain.setdefault(where, []).append(reference)
            for where, names in plain.items():
                for start in range(0, len(names), _AT_ONCE):
                    values = self._parameters(names[start : start + _AT_ONCE], where)
                    found |= {(PARAMETER_STORE, name): value for name, value in values.items()}
            return found

    def _parameters(self, names: Sequence[str], region: str) -> dict[str, str | MissingSecret]:
        """Fetch parameters, up to ten (API: GetParameters)."""
        missing = [name for name in names if (region, name) not in self._known]
        problems: dict[str, MissingSecret] = {}
        if missing:
            try:
                answer = self._client("ssm", region).get_parameters(Names=missing, WithDecryption=True)["Parameters"]
            except Exception as error:
                one = describe(PARAMETER_STORE, missing[0]) if len(missing) == 1 else "the parameters"
                what = one if _code(error) else _ALL
                problems = dict.fromkeys(missing, MissingSecret(f"{what} {self._problem(error, 'ssm:GetParameters')}"))
            else:
                called = missing if len(missing) == 1 else [parameter["Name"] for parameter in answer]
                self._known |= {(region, name): one["Value"] for name, one in zip(called, answer, strict=False)}
                lost = [name for name in missing if (region, name) not in self._known]
                problems = {name: self._not_there(PARAMETER_STORE, name, "ssm", region) for name in lost}
        return {name: problems[name] if name in problems else self._known[region, name] for name in names}

    def _secret(self, reference: SecretReference, region: str) -> str | MissingSecret:
        """Fetch one secret, or the value of one of its keys (API: GetSecretValue)."""
        asked = {
            "SecretId": reference.secret_id,
            "VersionStage": reference.version_stage,
            "VersionId": reference.version_id,
        }
        key = (region, *asked.values())
        try:
            if key not in self._known:
                client = self._client("secretsmanager", region)
                answer = client.get_secret_value(**{name: value for name, value in asked.items() if value})
                self._known[key] = _text(reference, answer)
            return json_value(reference, reference.secret_id, self._known[key])
        except MissingSecret as problem:
            return problem
        except Exception as error:
            return self._secret_problem(error, reference, region)

    def _secret_problem(self, error: Exception, reference: SecretReference, region: str) -> MissingSecret:
        if _code(error) in _NOT_FOUND:
            version = reference.version_stage or reference.version_id
            return self._not_there(SECRETS_MANAGER, reference.secret_id, "secretsmanager", region, version)
        problem = self._problem(error, "secretsmanager:GetSecretValue")
        return MissingSecret(f"{describe(SECRETS_MANAGER, reference.secret_id) if _code(error) else _ALL} {problem}")

    def _not_there(self, kind: str, name: str, service: str, region: str, version: str = "") -> MissingSecret:
        seen_in = self._client(service, region).meta.region_name
        asked = f"{seen_in}, profile {self.profile}" if self.profile else seen_in
        what = describe(kind, name) + (f" has no version {version}, or" if version else "")
        return MissingSecret(f'{what} is not in AWS ({asked}): create it there, or give an entry "{name}" in --secrets')

    def _client(self, service: str, region: str) -> Any:
        import boto3
        from botocore.config import Config

        if self._session is None:
            self._session = boto3.session.Session(profile_name=self.profile or None)
        if (service, region) not in self._clients:
            patience = Config(connect_timeout=5, read_timeout=15, retries={"mode": "standard", "max_attempts": 3})
            made = self._session.client(service, region_name=region or None, config=patience)
            self._clients[service, region] = made
        return self._clients[service, region]

    def _problem(self, error: Exception, permission: str) -> str:
        """Say what is wrong with a call, as what comes after the thing that was asked for."""
        from botocore import exceptions as known

        login = f"`aws sso login{f' --profile {self.profile}' if self.profile else ''}`"
        match error:
            case known.ClientError():
                return _refusal(error, permission, login)
            case known.NoCredentialsError() | known.PartialCredentialsError() | known.CredentialRetrievalError():
                ways = f"`aws configure`, {login}, or --secrets aws:PROFILE"
                return f"cannot be asked for: no credentials were found; give some: {ways}"
            case known.ProfileNotFound():
                names = "`aws configure list-profiles` lists those there are"
                return f"cannot be asked for: there is no profile {self.profile!r}; {names}"
            case known.NoRegionError():
                return "cannot be asked for: no Region is known; name one: --secrets aws:PROFILE@REGION, or $AWS_REGION"
            case known.SSOError() | known.TokenRetrievalError():
                return f"cannot be asked for: the sign-in to AWS has expired; renew it: {login}"
            case known.HTTPClientError() | known.ConnectionError():
                return f"cannot be asked for: AWS cannot be reached ({_in_one_line(error)}); is the network there?"
            case known.BotoCoreError():
                return f"cannot be asked for: {_in_one_line(error)}"
            case _:
                raise error


def _refusal(error: ClientError, permission: str, login: str) -> str:
    code, message = _code(error), _in_one_line(error.response.get("Error", {}).get("Message", ""))
    if "AccessDenied" in code:
        return f"may not be read ({code}): allow {permission} and, of its key, kms:Decrypt; AWS says: {message}"
    if code in _NOT_SIGNED_IN:
        return f"cannot be asked for: AWS does not accept the credentials ({code}); renew them: {login}"
    return f"cannot be had: AWS says {code}: {message}"


def _code(error: Exception) -> str:
    """Give the code of AWS's own error, or nothing where it is none."""
    response: Mapping[str, Any] = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def _in_one_line(text: object) -> str:
    return " ".join(str(text).split())


def _region_of(reference: str) -> str:
    """Give the Region that an ARN names, and nothing for any other reference."""
    return reference.split(":")[3] if reference.startswith("arn:") and reference.count(":") >= 4 else ""


def _text(reference: SecretReference, answer: Mapping[str, Any]) -> str:
    try:
        return str(answer["SecretString"]) if "SecretString" in answer else answer["SecretBinary"].decode()
    except (KeyError, UnicodeDecodeError):
        what = describe(SECRETS_MANAGER, reference.secret_id)
        raise MissingSecret(f"{what} is no text in AWS: give an entry of that name in --secrets") from None
