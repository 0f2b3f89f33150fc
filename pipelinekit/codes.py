"""Every code a finding can have: its title, how much it matters, and what it means. The docs are made from it.

Codes are stable: one that is no longer used is not given to something else.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

from attrs import frozen

from pipelinekit.diagnostics import Diagnostic, Location, Severity

FAMILIES = {
    "PK1": "Structure and order",
    "PK2": "Artifacts",
    "PK3": "Actions and their configuration",
    "PK4": "Variables",
    "PK5": "Triggers and conditions",
    "PK6": "Builds",
    "PK7": "Deployments to servers",
    "PK8": "Security, accounts and Regions",
    "PK9": "Running on this machine",
}
"""What the codes of one family are about, by their first three letters."""


class When(enum.StrEnum):
    """What was being done when something was found."""

    CHECKING = "checking"
    """A pipeline was checked: ``pk.check``, which ``emit`` and ``run`` begin with."""
    READING = "reading"
    EMITTING = "emitting"
    RUNNING = "running"


@frozen
class Code:
    """One kind of finding. ``meaning`` says what AWS does about it, and why that is."""

    code: str
    title: str
    meaning: str
    severity: Severity = Severity.ERROR
    when: When = When.CHECKING


def found(code: str, where: Location, message: str, hint: str, severity: Severity | None = None) -> Diagnostic:
    """Make a finding of the severity its code has, unless *severity* says otherwise."""
    return Diagnostic(code=code, message=message, where=where, hint=hint, severity=severity or CODES[code].severity)


def _structure() -> Iterator[Code]:
    warning = Severity.WARNING
    yield Code(
        "PK100",
        "A document does not hold what it should",
        "It can be read, but something in it is of another kind, is missing, or is not known here.",
        when=When.READING,
    )
    yield Code(
        "PK101",
        "A pipeline has fewer than two stages",
        "A pipeline is a first stage of sources and at least one stage that does something with them.",
    )
    yield Code(
        "PK102",
        "The first stage holds something else than sources",
        "The first stage fetches; whatever works on what was fetched stands in a later stage.",
    )
    yield Code(
        "PK103",
        "A source stands in a later stage",
        "Sources are what an execution starts from: AWS allows them in the first stage only.",
    )
    yield Code("PK104", "A stage has no action", "AWS refuses a stage that does nothing.")
    yield Code("PK105", "Two stages have the same name", "A stage is known by its name, so it must be the only one.")
    yield Code(
        "PK106",
        "Two actions of a stage have the same name",
        "An action is known by its stage and its name. Actions of different stages may share one.",
    )
    yield Code(
        "PK107",
        "A name has characters or a length that AWS does not allow",
        "Pipelines, stages and actions are named with 1 to 100 letters, digits and `. @ - _`.",
    )
    yield Code("PK108", "A pipeline has more stages than the quota", "AWS allows 50 stages and does not raise it.")
    yield Code(
        "PK109",
        "A stage has more actions than the quota",
        "AWS's page of quotas says 50 actions a stage in one line and 100 in another: more than 50 gives a warning, "
        "more than 100 an error.",
    )
    yield Code("PK110", "A pipeline has more actions than the quota", "AWS allows 1,000 and does not raise it.")
    yield Code(
        "PK111",
        "A run order is outside 1 to 999",
        "Run orders that nobody sets by hand are counted from 1; a chain of a thousand actions runs out of them.",
    )
    yield Code(
        "PK112",
        "A run order contradicts the flow",
        "`>>` says which action comes first; a run order that was set by hand says otherwise, and AWS goes by the "
        "run order.",
    )
    yield Code(
        "PK113",
        "Actions wait for each other",
        "No order exists when every action of a loop waits for the one before it. The finding names the loop in the "
        "direction in which it would run, and why each action waits.",
    )
    yield Code(
        "PK114",
        "An action waits for one of a later stage",
        "Stages run in the order they are given, so what a later stage makes is not there yet.",
    )
    yield Code(
        "PK116",
        "The execution mode needs a pipeline of type V2",
        "Only pipelines of type V2 can queue executions or run them side by side.",
    )
    yield Code(
        "PK117",
        "Something needs a pipeline of type V2",
        "Newer action types, Commands among them, pipeline variables, triggers and conditions exist in pipelines of "
        "type V2 only.",
    )
    yield Code(
        "PK118",
        "A document does not say its pipeline type",
        "AWS takes V1 or V2 by what the pipeline uses, and bills them differently.",
        warning,
        when=When.READING,
    )
    yield Code(
        "PK119",
        "The artifact store is missing, or there are two kinds of it",
        "A pipeline has one artifact store, or one for each Region; exactly one of the two is given.",
    )
    yield Code(
        "PK120",
        "An action's Region has no artifact store",
        "An action of another Region reads and writes its artifacts in a bucket of that Region, so each Region "
        "that an action names needs a store of its own.",
    )
    yield Code("PK121", "A timeout is outside 5 to 86400 minutes", "That is from five minutes to sixty days.")
    yield Code(
        "PK122",
        "A role is not the ARN of an IAM role",
        "Roles are given as `arn:aws:iam::<account>:role/<name>`, not by their name alone.",
    )
    yield Code(
        "PK123",
        "A stage rolls back in the execution mode PARALLEL",
        "AWS rolls back to an earlier execution of the stage, which exists only where one execution follows another.",
    )
    yield Code(
        "PK124",
        "The reason of a closed transition is missing or malformed",
        "AWS wants a reason of 1 to 300 letters, digits, blanks and `! @ ( ) . * ? -`.",
    )
    yield Code(
        "PK125",
        "An action runs beside the approval that it looks guarded by",
        "Actions of a stage run side by side unless one waits for the other: standing after an approval in the list "
        "is not waiting for it. The action starts at once, whatever the approver says.",
        warning,
    )
    yield Code("PK128", "The execution mode or the pipeline type is unknown", "Both are closed sets.")
    yield Code(
        "PK129", "A transition leads into a stage that does not exist", "Only entrances of stages can be closed."
    )
    yield Code(
        "PK130",
        "A timeout is given to an action that cannot have one",
        "Only a manual approval takes a timeout; the others have those of their action type.",
    )
    yield Code(
        "PK131",
        "The entrance of a stage is closed twice",
        "A transition is enabled or disabled, with one reason.",
        warning,
    )
    yield Code(
        "PK132",
        "The name of an artifact store's bucket is malformed",
        "It is the bucket's name alone: 3 to 63 letters, digits, points and hyphens.",
    )
    yield Code(
        "PK133",
        "What `more` says does not reach AWS as it is",
        "`more` is for members that are not known here; what has a parameter is said by that parameter alone.",
    )
    yield Code(
        "PK134",
        "The tags of a pipeline are malformed",
        "A pipeline has up to 50 tags, with keys of 1 to 128 and values of up to 256 characters; `aws:` is AWS's own.",
    )


def _parameters() -> Iterator[Code]:
    yield Code(
        "PK140",
        "A parameter has no value",
        "What is emitted for AWS holds values: each `pk.Parameter` needs one then.",
        when=When.EMITTING,
    )
    yield Code(
        "PK141",
        "A value is given for a parameter that is not there",
        "Nothing in the pipeline mentions it, so it is most likely misspelt.",
        when=When.EMITTING,
    )
    yield Code(
        "PK142",
        "The value of a parameter would change what a buildspec says",
        "A buildspec that is written into an action is YAML already: quotes and line breaks in a value would end up as "
        "something else.",
        when=When.EMITTING,
    )
    yield Code(
        "PK143",
        "Two different things have the same name",
        "AWS knows each by its name, so one would replace the other.",
        when=When.EMITTING,
    )
    yield Code(
        "PK144",
        "A default is given to a parameter that nothing mentions",
        "It has no effect. The parameter that was meant has no value then, which is told only when it is emitted.",
        Severity.WARNING,
    )
    yield Code(
        "PK150",
        "A finding is ignored without a reason",
        "Whoever comes after wants to know why it may stay. Without a reason it is not ignored.",
        Severity.WARNING,
    )
    yield Code(
        "PK151",
        "A finding is ignored that is not there",
        "What it was ignored for has been mended, or it stands on the wrong object.",
        Severity.WARNING,
    )


def _written_templates() -> Iterator[Code]:
    warning, emitting = Severity.WARNING, When.EMITTING
    yield Code(
        "PK180",
        "Artifact stores of several Regions are not made by the template",
        "A stack makes things in one Region; a pipeline with actions in several needs a bucket in each.",
        warning,
        emitting,
    )
    yield Code(
        "PK181",
        "What an action of another Region uses is not made by the template",
        "A CodeBuild project or a deployment group stands in the Region its action works in.",
        warning,
        emitting,
    )
    yield Code(
        "PK182",
        "A role that an action brings is not made by the template",
        "It is most often one of another account. The pipeline's role may take it, and the bucket lets it in; what it "
        "may do itself is for its owner to say.",
        warning,
        emitting,
    )
    yield Code(
        "PK183",
        "The permissions of an action type are not known",
        "Least privileges follow from a table of AWS's own action types.",
        warning,
        emitting,
    )
    yield Code(
        "PK184",
        "A policy is too long for an inline policy",
        "IAM counts 10,240 characters for all inline policies of a role together, 6,144 for a managed one.",
        warning,
        emitting,
    )
    yield Code(
        "PK185",
        "The template is too large",
        "CloudFormation takes 500 resources, 200 parameters and one million bytes; from 51,200 bytes on only out of a "
        "bucket (a hint).",
        when=emitting,
    )
    yield Code(
        "PK186",
        "The timeout of a rule is left out of the template",
        "The API has it, CloudFormation has not.",
        warning,
        emitting,
    )
    yield Code(
        "PK187",
        "Notifications are to go to something that is no address",
        "They go to e-mail addresses and to SNS topics.",
        when=emitting,
    )
    yield Code(
        "PK188",
        "A source bucket has to send events",
        "A source that does not poll waits for an event, and a bucket sends none to EventBridge unless it is told to.",
        warning,
        emitting,
    )


def _templates() -> Iterator[Code]:
    reading, warning, hint = When.READING, Severity.WARNING, Severity.HINT
    yield Code(
        "PK170",
        "A template does not hold the pipeline that is wanted",
        "One pipeline is read at a time: the only one, or the one that `template.yml#LogicalId` picks.",
        when=reading,
    )
    yield Code(
        "PK171",
        "A reference in a template leads nowhere, or around",
        "CloudFormation refuses a template that refers to what is not in it, or to itself. Here, values that are "
        "nested without end or grow without bounds are refused, too.",
        when=reading,
    )
    yield Code(
        "PK172",
        "Something of a template is not evaluated",
        "A macro runs on AWS only, and some conditions depend on the stack. The finding says what was taken instead, "
        "or as which parameter the value was kept.",
        warning,
        when=reading,
    )
    yield Code(
        "PK173",
        "A template is read by the defaults of its parameters",
        "Stages that exist under a condition, run orders and action types have to be known to read the rest. With "
        "other values of the parameters the pipeline is another one.",
        hint,
        when=reading,
    )
    yield Code(
        "PK174",
        "Something of a template is not kept",
        "The definition has no place for it, so it is neither emitted nor checked.",
        warning,
        when=reading,
    )
    yield Code(
        "PK175",
        "A resource of a template has no name of its own",
        "CloudFormation makes up a name with the stack's name and random letters. Here its logical id is its name.",
        hint,
        when=reading,
    )
    yield Code(
        "PK176",
        "A template says something that CloudFormation refuses",
        "Names of properties and functions have to be spelled as CloudFormation has them, functions take arguments of "
        "one form, and null is nowhere allowed.",
        when=reading,
    )


def _artifacts() -> Iterator[Code]:
    warning = Severity.WARNING
    yield Code(
        "PK201",
        "An action reads an artifact that nobody makes",
        "Every input artifact is the output artifact of some action of the same pipeline.",
    )
    yield Code(
        "PK202",
        "An action reads an artifact before it is made",
        "Actions of the same run order start side by side: what one of them makes, only a higher run order can read.",
    )
    yield Code(
        "PK203",
        "Two actions make an artifact of the same name",
        "An artifact is known by its name, in the whole pipeline.",
    )
    yield Code(
        "PK204",
        "An artifact's name has characters or a length that AWS does not allow",
        "Artifacts are named with 1 to 100 letters, digits, `-` and `_`.",
    )
    yield Code("PK205", "An action has too few or too many input artifacts", "Each action type says how many it reads.")
    yield Code(
        "PK206", "An action has too few or too many output artifacts", "Each action type says how many it makes."
    )
    yield Code(
        "PK207",
        "CodeBuild cannot take the artifact's name",
        "A build with several input or output artifacts tells them apart by identifiers, and CodeBuild allows only "
        "letters, digits and `_` in those, where CodePipeline also allows `-`.",
    )
    yield Code(
        "PK208",
        "A build with several input artifacts does not say which is the primary one",
        "The buildspec is read from the primary source, and the commands start there.",
    )
    yield Code(
        "PK209",
        "The primary source is not an input artifact",
        "`PrimarySource` names one of the action's own input artifacts.",
    )
    yield Code(
        "PK210",
        "Several output artifacts, but the buildspec has no secondary artifacts",
        "With more than one output artifact, each is a secondary artifact of the buildspec, of the same name.",
    )
    yield Code(
        "PK211",
        "The buildspec's secondary artifacts are not the action's output artifacts",
        "With more than one output artifact, each is a secondary artifact of the buildspec, of the same name.",
    )
    yield Code(
        "PK212",
        "The action has an output artifact, but the buildspec makes none",
        "The build succeeds with nothing in its artifact, and an action that reads it fails on that. AWS takes such a "
        "pipeline, and some have the output for no more than the order.",
        Severity.WARNING,
    )
    yield Code(
        "PK213",
        "A full clone is given to an action that cannot read it",
        "With `CODEBUILD_CLONE_REF` the artifact holds no files, but a reference that CodeBuild clones from. Every "
        "other action fails on it.",
    )
    yield Code(
        "PK216",
        "Too many, too long or empty file patterns on an output artifact",
        "AWS allows 10 patterns of 1 to 128 characters.",
    )
    yield Code(
        "PK217",
        "A repository with submodules comes as a zip",
        "CodePipeline gives the files of the repository alone. Looked for where the files of a source are known, as "
        "for PK506.",
        warning,
    )
    yield Code(
        "PK219",
        "The only output artifact is not filled by the secondary artifact",
        "With one output artifact CodeBuild takes the files of `artifacts` itself; its secondary artifacts count only "
        "when the action has several output artifacts.",
        warning,
    )
    yield Code(
        "PK220",
        "File patterns on an output artifact of an action that takes none",
        "Only compute actions choose files; AWS refuses them elsewhere, with a message about a commands field.",
    )
    yield Code(
        "PK221",
        "A file that an action reads is not in its artifact",
        "The build that makes the artifact says which files it keeps, and none of its patterns can mean this one. "
        "The action fails when it runs.",
    )
    yield Code(
        "PK222",
        "An ECS deployment gets the image file of the other kind",
        "A standard deployment reads `imagedefinitions.json`, which a build writes. A blue/green deployment reads "
        "`imageDetail.json`, which an ECR source makes.",
    )
    yield Code(
        "PK223",
        "The buildspec of a build is not in its artifact",
        "The file is looked for in the primary source, and the build that makes that artifact does not keep it.",
    )
    yield Code(
        "PK224",
        "A build asks git about a source that comes without it",
        "By default a source gives the files alone, without `.git`.",
        warning,
    )


def _configuration() -> Iterator[Code]:
    warning = Severity.WARNING
    yield Code(
        "PK301",
        "There is no such action type",
        "An action type is a category, an owner, a provider and a version; AWS's own are all of version 1.",
    )
    yield Code(
        "PK302",
        "The action type has no such configuration key",
        "A key that is nearly right is an error. One that is like no other gives a warning: AWS may have added it.",
    )
    yield Code("PK303", "A configuration key that is needed is missing", "AWS refuses the action without it.")
    yield Code(
        "PK304",
        "A configuration value or key is empty or too long",
        "Values have 1 to 1,000 characters, counted before variables are put in; keys have 1 to 50.",
    )
    yield Code(
        "PK305", "A configuration value is not text", "On the wire every value is text: `true`, `5`, or JSON as text."
    )
    yield Code(
        "PK306",
        "The environment variables of a build action are malformed",
        "`EnvironmentVariables` is JSON: a list of objects with `name`, `value` and `type`, each name once.",
    )
    yield Code(
        "PK307",
        "A path does not point into an input artifact",
        "CloudFormation actions write a file as `Artifact::path`, and the artifact must be one of their inputs.",
    )
    yield Code(
        "PK308",
        "Parameter overrides are not a JSON object, or too large",
        "AWS takes at most one kilobyte there. More goes into a template configuration file.",
    )
    yield Code(
        "PK309",
        "The CloudFormation action lacks what its mode needs",
        "Making or updating a stack needs a template and a role, deleting one a role, a change set its name.",
    )
    yield Code(
        "PK310",
        "A change set is executed that has not been made by then",
        "AWS accepts the pipeline. The action fails, unless somebody else has made the change set before.",
        warning,
    )
    yield Code(
        "PK311",
        "Parameter overrides refer to an artifact that is no input",
        "`Fn::GetParam` and `Fn::GetArtifactAtt` read only the action's own input artifacts.",
    )
    yield Code(
        "PK315",
        "A blue/green deployment has more images than AWS takes",
        "The keys `Image1ArtifactName` to `Image4ArtifactName` are all there are.",
    )
    yield Code(
        "PK316",
        "A key names an artifact that is no input",
        "Templates and images of a blue/green deployment are read from the action's own input artifacts.",
    )
    yield Code(
        "PK317",
        "An upload that is not extracted needs an object key",
        "Without extracting, the artifact becomes one object of the bucket, and that object has a name.",
    )
    yield Code(
        "PK319",
        "The commands of a Commands action are missing, too many, too long or of several lines",
        "AWS takes 1 to 50 commands of 1 to 1,000 characters, each on one line.",
    )
    yield Code(
        "PK320", "Too many, too long or empty output variables", "AWS takes up to 15 names of 1 to 128 characters."
    )
    yield Code(
        "PK321",
        "The action's own environment variables are not as AWS takes them",
        "Up to 10, on Commands and EKS actions, in plain text or (Commands only) from Secrets Manager. Names are "
        "letters, digits and `_`, values have 1 to 2,000 characters.",
    )
    yield Code(
        "PK322",
        "A role is given to an action that AWS does not run",
        "Custom and partner actions are run by somebody else's worker, which does not take the role.",
    )
    yield Code(
        "PK323",
        "A source, partner or custom action is of another Region than its peers",
        "Only AWS's own actions that are no sources may run in another Region than the pipeline. The others may name "
        "the pipeline's own Region, so they must all name the same.",
    )
    yield Code(
        "PK324",
        "A GitHub source uses an OAuth token",
        "AWS keeps this action for old pipelines. A connection needs no token in the pipeline.",
        warning,
    )
    yield Code(
        "PK325",
        "A source polls for changes",
        "AWS advises against it, and ends the polling of pipelines that were not used for long.",
        Severity.HINT,
    )
    yield Code(
        "PK327",
        "A pipeline starts itself",
        "Each execution starts another one, without an end.",
        warning,
    )
    yield Code(
        "PK328",
        "A stack writes its outputs into a file, and variables of it are read",
        "Somebody reported that with both no variable is exported. AWS does not say so.",
        Severity.HINT,
    )
    yield Code(
        "PK330", "A configuration value is none of those that are allowed", "Some keys take a closed set of values."
    )
    yield Code(
        "PK331",
        "Windows commands do not run on the small compute type",
        "AWS accepts the pipeline, and the action fails when it runs.",
    )
    yield Code(
        "PK332",
        "Commands or output variables on an action that takes none",
        "Only compute actions have commands and output variables of their own.",
    )
    yield Code(
        "PK333",
        "A configuration key is missing that the other keys make necessary",
        "Some keys are needed only where others are there, or are not: the page of the action type says which.",
    )
    yield Code(
        "PK334",
        "A part of the action has no effect without another",
        "AWS accepts the pipeline, and does not do what was meant.",
        warning,
    )
    yield Code(
        "PK335",
        "A configuration value is not of the form that its key takes",
        "Some keys take a whole number in a range, a text of one form, or JSON.",
    )
    yield Code(
        "PK336",
        "The action is of a type that AWS has retired",
        "AWS keeps the type for old pipelines, and the service behind it is gone.",
        warning,
    )
    yield Code(
        "PK337",
        "The configuration reads from an artifact, and there is none",
        "The number of artifacts is one that AWS takes, but not together with this configuration.",
    )
    yield Code(
        "PK338",
        "A value is what AWS shows in place of a secret",
        "It was read from a pipeline that is there. Updating that one keeps its secret; another one, or a stage of "
        "another name, gets the stars.",
        warning,
    )
    yield Code(
        "PK339",
        "Two sources read branches of one repository",
        "Only one of the branches starts executions (User Guide, troubleshooting).",
        warning,
    )
    yield Code(
        "PK340",
        "A state machine that an action starts is of the type EXPRESS",
        "The action succeeds as soon as an express machine has started, and makes no artifact (User Guide, "
        "action-reference-StepFunctions).",
        Severity.HINT,
        when=When.READING,
    )


def _variables() -> Iterator[Code]:
    warning = Severity.WARNING
    yield Code(
        "PK401",
        "A namespace has characters or a length that AWS does not allow, or is reserved",
        "Namespaces are 1 to 100 letters, digits and `@ - _`; `codepipeline` and `variables` are AWS's own.",
    )
    yield Code("PK402", "Two actions have the same namespace", "A reference must find one action only.")
    yield Code(
        "PK403",
        "A reference names a namespace that no action has",
        "AWS refuses the pipeline. An action without a namespace has variables that nobody can refer to.",
    )
    yield Code(
        "PK404",
        "A reference is malformed",
        "A reference is a namespace, a point and a key: `#{Build.VERSION}`.",
    )
    yield Code(
        "PK405",
        "An action refers to a variable before it is known",
        "Actions of the same run order start side by side: what one of them exports, only a higher run order can read.",
    )
    yield Code(
        "PK406",
        "The action does not export that variable",
        "AWS accepts the pipeline, and the action that refers to it fails when it runs.",
    )
    yield Code(
        "PK407",
        "A reference stands where AWS resolves none",
        "Variables are resolved in an action's configuration, commands and environment variables. Elsewhere, and in a "
        "buildspec above all, the text stays as it is written.",
    )
    yield Code(
        "PK408",
        "A reference names a pipeline variable that is not declared",
        "The namespace `variables` holds what the pipeline itself declares.",
    )
    yield Code(
        "PK409",
        "A variable of the pipeline is not as AWS wants it",
        "There are up to 50, their names have up to 128 letters, digits and `@ - _`, their defaults 1 to 1000 "
        "characters and their descriptions up to 200.",
    )
    yield Code(
        "PK410",
        "The namespace codepipeline has no such key",
        "It has one key only: `#{codepipeline.PipelineExecutionId}`.",
    )
    yield Code(
        "PK412",
        "What an action needs may be missing, as its stage may be skipped",
        "A stage that is skipped makes no artifacts and exports no variables. An action of a later stage that needs "
        "one fails.",
        Severity.WARNING,
    )
    yield Code(
        "PK413",
        "An exported variable is never given a value",
        "CodeBuild exports it as an empty text, without a word.",
        warning,
    )
    yield Code(
        "PK414",
        "A namespace is also the name of an artifact",
        "AWS keeps namespaces and artifacts in one list of names.",
    )
    yield Code(
        "PK415",
        "The variable is there only after some kinds of start",
        "Of a connection's variables, some exist only when a pull request or a tag started the execution. After any "
        "other start the action that refers to one fails.",
        Severity.WARNING,
    )
    yield Code(
        "PK416",
        "A source refers to a variable of the pipeline",
        "AWS resolves `#{variables.NAME}` in every action but sources.",
    )
    yield Code(
        "PK417",
        "A variable of the pipeline is not used",
        "Each start may set it, and nothing comes of it.",
        Severity.WARNING,
    )
    yield Code(
        "PK418", "A variable of the pipeline is declared twice", "The names of a pipeline's variables are unique."
    )


def _triggers() -> Iterator[Code]:
    yield Code(
        "PK501",
        "A trigger names no source that reads a connection",
        "Triggers filter what a connection (GitHub, GitLab, Bitbucket) reports, so the source action has to be a "
        "CodeStarSourceConnection of this pipeline.",
    )
    yield Code(
        "PK502", "A source has two triggers", "There is one trigger for each source; it may have several filters."
    )
    yield Code(
        "PK503",
        "A trigger passes what AWS allows",
        "A pipeline has up to 50 triggers, each up to 3 filters for pushes and 3 for pull requests; a list has 1 to 8 "
        "patterns of up to 255 characters; events are OPEN, UPDATED and CLOSED, each once.",
    )
    yield Code(
        "PK504",
        "A filter has tags together with branches or file paths",
        "AWS refuses it: a push is of a tag or of a branch. Two filters say either.",
    )
    yield Code(
        "PK505",
        "A pattern of a trigger never matches",
        "Branches and tags are compared by their names, files by their paths from the root of the repository, and "
        "excludes win over includes. Nothing tells when a pipeline does not start.",
        Severity.WARNING,
    )
    yield Code(
        "PK506",
        "A filter of file paths meets no file",
        "Looked for where the files of a source are known: `pk.check(pipeline, files={...})`, or "
        "`pipelinekit check --source ACTION=REPOSITORY`. What is misspelt, or was moved, starts nothing any more.",
        Severity.WARNING,
    )
    yield Code(
        "PK507",
        "A source that has a trigger asks for default change detection",
        "A trigger takes its place: with one, only what passes a filter starts the pipeline.",
        Severity.WARNING,
    )


def _conditions() -> Iterator[Code]:
    yield Code(
        "PK508",
        "A stage has too many conditions, or a condition too many rules or none",
        "There is one condition before the entry, one on success and one on failure, each of 1 to 5 rules.",
    )
    yield Code(
        "PK509",
        "The result is not allowed there",
        "Before the entry it is FAIL or SKIP, on success FAIL or ROLLBACK, on failure ROLLBACK with a condition, and "
        "RETRY or ROLLBACK without one.",
    )
    yield Code(
        "PK510",
        "A condition stands before the stage of the sources",
        "It is asked before anything was read, so it can know nothing of what started the execution.",
        Severity.WARNING,
    )
    yield Code(
        "PK511",
        "What is to be done on failure is said by halves",
        "A retry says which actions run again, FAILED_ACTIONS or ALL_ACTIONS, and a result stands for itself or in a "
        "condition.",
        Severity.WARNING,
    )
    yield Code(
        "PK512",
        "A deployment window cannot be read",
        "Its cron expression is Quartz's, which begins with seconds and has `?` for one of the two days. The time zone "
        "is Region/City, UTC, UTC+02:00 or an abbreviation.",
    )
    yield Code(
        "PK513",
        "There is no such rule type",
        "All rule types are AWS's own, of version 1: CloudWatchAlarm, CodeBuild, Commands, DeploymentWindow, "
        "LambdaInvoke and VariableCheck.",
    )
    yield Code(
        "PK514",
        "A rule reads an artifact that is not there yet",
        "Before the entry of a stage there are the artifacts of earlier stages, afterwards also those of the stage.",
    )
    yield Code(
        "PK515",
        "The first stage rolls back",
        "AWS rolls back every stage but that of the sources.",
    )
    yield Code(
        "PK516",
        "A filter has file paths without branches",
        "The User Guide lists tags, branches, and branches with file paths as what can be combined.",
        Severity.WARNING,
    )
    yield Code("PK517", "A rule lacks a key that it needs", "Each rule type has its own keys, some of them required.")
    yield Code(
        "PK518",
        "A rule has a key that its type does not know",
        "It is an error where it looks like a misspelt one, else a warning: AWS may know more than its User Guide.",
    )
    yield Code(
        "PK519",
        "A rule has a value that cannot be",
        "Some keys have a closed set of values, a wait is a number of minutes, a variable is written as a reference, "
        "and a value has 1 to 10000 characters.",
    )
    yield Code(
        "PK520",
        "The commands of a rule are not as AWS wants them",
        "A Commands rule has 1 to 50 commands, each a single line of up to 1000 characters; no other rule has any.",
    )
    yield Code(
        "PK521",
        "Two rules of a condition have one name",
        "Rules are told apart by their names, in the console and in the history.",
        Severity.WARNING,
    )
    yield Code(
        "PK522",
        "A condition cannot skip by such a rule",
        "A stage is skipped only by what VariableCheck and LambdaInvoke rules say.",
    )
    yield Code("PK523", "A rule reads artifacts, which its type does not", "Alarms, windows and variables need none.")
    yield Code(
        "PK524", "A trigger has the same filter twice", "AWS refuses filters of one kind of event that are the same."
    )


def _builds() -> Iterator[Code]:
    warning = Severity.WARNING
    yield Code(
        "PK600",
        "A document cannot be read",
        "It is not YAML, or it is beyond the bounds within which documents are read.",
    )
    yield Code(
        "PK601",
        "The buildspec is of version 0.1",
        "In version 0.1 every command has a shell of its own: a changed directory or an exported variable is gone in "
        "the next command.",
        warning,
    )
    yield Code(
        "PK602",
        "A key or a phase is unknown to CodeBuild",
        "What CodeBuild does not know it passes over, and a phase of another name fails the build.",
        warning,
        when=When.READING,
    )
    yield Code(
        "PK603",
        "A buildspec or a phase runs nothing",
        "CodeBuild refuses a buildspec without phases and a phase without commands; only install may be without.",
    )
    yield Code(
        "PK604",
        "A command of several lines can hide a failure",
        "The shell goes on after a line that failed, and CodeBuild sees the status of the last line only.",
        warning,
    )
    yield Code(
        "PK605",
        "Something is published whether or not the build succeeded",
        "CodeBuild runs `post_build` also when the build phase has failed.",
        warning,
    )
    yield Code(
        "PK606",
        "A runtime is unknown to CodeBuild's images",
        "Builds fail on a runtime that the image does not have; images of your own may bring others.",
        warning,
    )
    yield Code(
        "PK607",
        "Docker is used without the privilege for it",
        "The daemon does not start in a project that is not privileged: `Cannot connect to the Docker daemon`.",
        warning,
    )
    yield Code(
        "PK608",
        "The name of an environment variable is reserved or not usable",
        "`CODEBUILD_` is CodeBuild's own prefix, names with `AWS_` cannot be exported, and a shell takes letters, "
        "digits and `_`.",
    )
    yield Code(
        "PK612",
        "Two files of an artifact get the same name",
        "With `discard-paths` all files lie side by side, and of two with the same name one is lost.",
        warning,
    )
    yield Code(
        "PK614",
        "A project's timeout is outside what CodeBuild allows",
        "A build may take 5 to 2160 minutes and wait in the queue for 5 to 480.",
    )
    yield Code(
        "PK615",
        "A buildspec has more secondary artifacts than CodeBuild takes",
        "It takes twelve.",
    )
    yield Code(
        "PK616",
        "The value of on-failure is unknown",
        "It is ABORT, CONTINUE or RETRY, the last with a count (0 to 100), a regular expression, or both.",
    )
    yield Code(
        "PK617",
        "The image of a build is no longer maintained",
        "AWS neither updates it nor keeps it on the machines: builds start slowly, and with old runtimes.",
        warning,
    )
    yield Code(
        "PK618",
        "A secret stands in plain text",
        "Whoever may read the pipeline or the project may read it, and it stays in their history. The finding shows "
        "only how it begins.",
    )
    yield Code(
        "PK619",
        "YAML does not read a command as text",
        "An unquoted `a: b` is a mapping, and `yes` or `5` is no text either: the build fails before it begins.",
    )
    yield Code(
        "PK620",
        "The format of a report is unknown",
        "What CodeBuild cannot read as a report fails a build that has succeeded.",
    )
    yield Code(
        "PK623",
        "A value is of another type than CodeBuild wants",
        "A text stands where a list or a mapping is wanted, or the other way round.",
        when=When.READING,
    )
    yield Code(
        "PK624",
        "A key stands twice",
        "YAML takes the last one without a word.",
        warning,
        when=When.READING,
    )
    yield Code(
        "PK625",
        "A phase has GitHub Actions steps",
        "They are neither kept nor run here.",
        when=When.READING,
    )
    yield Code("PK626", "The version of the buildspec is unknown", "There are 0.1 and 0.2.")
    yield Code(
        "PK627",
        "A report takes no files",
        "CodeBuild wants to know which files hold the results.",
    )
    yield Code(
        "PK628",
        "A project has more report groups than the quota",
        "CodeBuild allows five.",
        warning,
    )
    yield Code(
        "PK629",
        "A batch does not say what is built, or says it in several ways",
        "A batch is one of build-list, build-graph, build-matrix and build-fanout.",
    )
    yield Code(
        "PK630",
        "The build needs another operating system or shell",
        "Builds run as processes of this machine.",
        when=When.RUNNING,
    )
    yield Code(
        "PK631",
        "Batch builds are not run on this machine",
        "Take the batch out, or bind a stand-in.",
        when=When.RUNNING,
    )
    yield Code(
        "PK632",
        "The build asks for another user",
        "On this machine its commands run as whoever started the run.",
        warning,
        when=When.RUNNING,
    )
    yield Code(
        "PK633", "The buildspec is in S3", "Nothing is fetched from there for a run on this machine.", when=When.RUNNING
    )
    yield Code(
        "PK634",
        "The configuration of a build makes no sense",
        "It lacks what the build needs, such as its project, its source or its commands.",
        when=When.RUNNING,
    )
    yield Code(
        "PK640",
        "Secondary artifacts without primary ones",
        "The reference says that `files` is required in `artifacts`, also where only the secondary artifacts are used; "
        "CodeBuild takes it without, as real pipelines show.",
        Severity.WARNING,
    )
    yield Code(
        "PK641",
        "A project's name has characters or a length that CodeBuild does not allow",
        "2 to 150 letters, digits, `-` and `_`, beginning with a letter or a digit. An action without a project gets "
        "one that is named after pipeline, stage and action.",
    )
    yield Code(
        "PK642",
        "Two projects have the same name",
        "One would replace the other, and both actions would run the same build.",
    )
    yield Code(
        "PK643",
        "The type of an environment variable is unknown",
        "It is PLAINTEXT, PARAMETER_STORE or SECRETS_MANAGER.",
    )
    yield Code(
        "PK644",
        "The value of a variable mentions another one",
        "CodeBuild sets the text as it is written: nothing is put in for `$NAME`, not even `$PATH`.",
        warning,
    )
    yield Code(
        "PK645",
        "A build of a batch has no identifier of its own",
        "Each has one, of letters, digits and `_`.",
    )
    yield Code(
        "PK646",
        "A build of a batch depends on one that is not there",
        "It never starts. A build that stands after the one that needs it has been refused as well.",
    )
    yield Code(
        "PK647",
        "Runtimes are chosen outside of the install phase",
        "CodeBuild reads `runtime-versions` in install only.",
        warning,
    )
    yield Code(
        "PK648",
        "The cache of a buildspec is malformed",
        "Its action is restore or save, and it has five fallback keys at most.",
    )
    yield Code(
        "PK649",
        "The fallback keys of a cache are not used",
        "They count only where there is a key.",
        warning,
    )
    yield Code(
        "PK650",
        "A reference to a secret is malformed",
        "It is the secret's name or ARN and, each after a colon, a key in it, a version stage and a version id, "
        "of which the last two exclude each other.",
    )
    yield Code(
        "PK651",
        "The shell of a buildspec is unknown",
        "CodeBuild documents bash and /bin/sh, and on Windows powershell.exe and cmd.exe.",
        warning,
    )
    yield Code(
        "PK652",
        "The environment has no such compute type",
        "Each kind of environment comes in some sizes only.",
    )
    yield Code(
        "PK653",
        "The environment type of a project is unknown",
        "It is one of a closed set, such as LINUX_CONTAINER.",
    )
    yield Code(
        "PK654",
        "A project has an environment variable twice",
        "Only one of the values can count.",
        warning,
    )
    yield Code(
        "PK655",
        "The tags of a project are malformed",
        "A project has up to 50 tags, with keys of 1 to 127 and values of up to 255 characters; `aws:` is AWS's own.",
    )
    yield Code(
        "PK656",
        "The description of a project is too long",
        "CodeBuild allows 255 characters.",
    )
    yield Code(
        "PK657",
        "A variable of the buildspec is hidden by one of the project",
        "The project's variables win over those of the buildspec, without a word.",
        warning,
    )
    yield Code(
        "PK658",
        "A secret of the project is exported",
        "CodeBuild refuses to export what a project reads from Parameter Store or Secrets Manager.",
    )
    yield Code(
        "PK660",
        "A pipe hides a failure",
        "The status of `a | tee log` is that of tee, so that a failure of `a` goes unseen.",
        warning,
    )
    yield Code(
        "PK661",
        "A setting of the shell is lost at once",
        "Every command of a buildspec runs in a shell of its own, to which directory and variables are handed on, "
        "and neither options nor functions nor aliases.",
        warning,
    )
    yield Code(
        "PK662",
        "A command needs bash, and the shell is another",
        "On the Ubuntu images `sh` is dash, which knows neither `[[` nor `source`.",
        warning,
    )
    yield Code(
        "PK663",
        "A command ends itself, and not the phase",
        "Every command of a buildspec runs in a shell of its own: `exit 0` in one of them skips none of the others.",
        Severity.HINT,
    )
    yield Code(
        "PK664",
        "A runtime is older than the oldest that the image has",
        "The build fails in INSTALL: unknown runtime version. Versions that are newer than those known here are left "
        "alone, as AWS adds them to its images.",
        warning,
    )
    yield Code(
        "PK665",
        "The key of a cache never changes",
        "A cache with a key is never written again once it is there, whatever has changed since; one without a key is "
        "written by each build.",
        Severity.HINT,
    )
    yield Code(
        "PK666",
        "What is made before the build is removed in post_build only",
        "A failure in install or pre_build ends the build without post_build, and what was made stays.",
        Severity.HINT,
    )
    yield Code(
        "PK667",
        "A local cache in a VPC",
        "CodeBuild keeps no local cache for builds that run in a VPC (User Guide, caching-local).",
        warning,
    )
    yield Code(
        "PK668",
        "A container of the build asks AWS without credentials",
        "The role of a build reaches its own processes by a variable, which `docker run` does not hand on.",
        Severity.HINT,
    )


def _deployments() -> Iterator[Code]:
    warning = Severity.WARNING
    yield Code("PK701", "A document is no AppSpec", "It is empty, or no mapping of keys to values.", when=When.READING)
    yield Code(
        "PK702",
        "The version of an AppSpec is not 0.0",
        "It is the number 0.0 and nothing else; the agent refuses it in quotes.",
        when=When.READING,
    )
    yield Code("PK703", "The operating system of an AppSpec is unknown", "It is linux or windows, in small letters.")
    yield Code(
        "PK704",
        "The value of file_exists_behavior is unknown",
        "It is DISALLOW, OVERWRITE or RETAIN, in capital letters.",
    )
    yield Code("PK705", "A file of an AppSpec lacks its source or its destination", "The agent refuses the AppSpec.")
    yield Code(
        "PK706",
        "Two files of an AppSpec go to the same place",
        "The agent copies nothing when two sources would become one file.",
    )
    yield Code(
        "PK707",
        "A source of an AppSpec cannot be taken from the revision",
        "It is not there, or its links go round in a circle.",
        when=When.RUNNING,
    )
    yield Code("PK708", "A hook lacks the location of its script", "The agent refuses the AppSpec.")
    yield Code(
        "PK709",
        "The script of a hook is not in the revision",
        "The build that makes the revision says which files it keeps, and none of its patterns can mean the "
        "script. The agent fails with ScriptMissing.",
    )
    yield Code("PK711", "The timeout of a hook is not a whole number of seconds above zero", "The agent refuses it.")
    yield Code(
        "PK712",
        "There is no such lifecycle event",
        "A script that is tied to an event which never comes never runs, and the agent may refuse the AppSpec.",
    )
    yield Code(
        "PK713",
        "The lifecycle event is kept by the agent or the service",
        "Downloading, installing and moving traffic is their own work; no script can be tied to it.",
    )
    yield Code(
        "PK714",
        "Permissions on Windows",
        "The agent knows permissions on Linux only, and fails on them elsewhere.",
    )
    yield Code(
        "PK715",
        "A permission lacks its object, or two permissions are for the same one",
        "The agent refuses to set the permissions of one file twice.",
    )
    yield Code(
        "PK716",
        "A mode is not 1 to 4 octal digits",
        "Modes are written as text, so that YAML does not read `0644` as the number 420.",
    )
    yield Code(
        "PK717",
        "An ACL entry or an SELinux context is malformed",
        "The agent refuses it, or misreads a context that lacks its range.",
    )
    yield Code(
        "PK718",
        "A pattern or an exception for a single file",
        "Both choose among the files of a directory.",
        when=When.RUNNING,
    )
    yield Code(
        "PK719",
        "The AppSpec does not get into the revision by itself",
        "No build of the pipeline can put it there, so somebody has to: it stands at the root of the revision.",
        warning,
        when=When.EMITTING,
    )
    yield Code(
        "PK721",
        "A file is in the way",
        "A deployment refuses to overwrite what it did not make, unless the AppSpec says OVERWRITE or RETAIN.",
        when=When.RUNNING,
    )
    yield Code(
        "PK722",
        "The minimum of healthy hosts cannot be met",
        "With so few hosts the configuration lets no host be worked on.",
        when=When.RUNNING,
    )
    yield Code(
        "PK723",
        "An AppSpec for Lambda or ECS lacks what it needs",
        "It names one resource with all that a deployment needs, and hooks for the events that such a deployment has.",
        when=When.READING,
    )
    yield Code(
        "PK724",
        "An AppSpec is for another platform",
        "Those for Lambda and ECS are of another form.",
        when=When.READING,
    )
    yield Code(
        "PK725",
        "The hooks of an event may take longer than the event",
        "The service ends a lifecycle event after 3,600 seconds, whatever its scripts are allowed.",
        warning,
    )
    yield Code(
        "PK726",
        "A deployment configuration is not one that can be made",
        "Your own configurations keep a number of hosts or 0 to 99 percent of them healthy, and are not named "
        "`CodeDeployDefault.…`.",
    )
    yield Code(
        "PK727",
        "A name of CodeDeploy has characters or a length that it does not allow",
        "Applications, groups and configurations are named with 1 to 100 letters, digits and `. _ + = , @ -`.",
    )
    yield Code(
        "PK728",
        "A source of an AppSpec is not in the revision",
        "The build that makes the revision says which files it keeps, and none of its patterns can mean the "
        "source. The agent fails at Install.",
    )
    yield Code(
        "PK729",
        "Two deployment groups or configurations have the same name",
        "A group is known by its application and its name, a configuration by its name: one would replace the other.",
    )
    yield Code(
        "PK730",
        "The location of a hook is not a plain path",
        "A location is the path of a script in the revision; the agent passes no arguments and stumbles over blanks.",
    )
    yield Code(
        "PK732",
        "A destination is not a full path",
        "The agent would take it from its own working directory.",
        warning,
    )
    yield Code(
        "PK733",
        "A source holds a wildcard",
        "The agent takes `*` as a letter of the name, and finds no such file.",
        warning,
    )
    yield Code(
        "PK734",
        "A destination is named like the file",
        "A destination is always a directory: the file is put into a directory of its own name.",
        warning,
    )
    yield Code(
        "PK736",
        "A mode loses its first digit",
        "The agent sets the mode first and the owner after it, which takes setuid and setgid away.",
        warning,
    )
    yield Code(
        "PK737",
        "A pattern of a permission meets nothing",
        "Patterns and exceptions are compared with names right below the object, and only `*` is special in them.",
        warning,
    )
    yield Code(
        "PK738",
        "An ACL entry is limited by the mode",
        "Without a mask the agent takes the group's bits of the mode for it: `u:deploy:rw` on a file of mode 644 "
        "is read-only.",
        warning,
    )
    yield Code(
        "PK740",
        "The agent ignores a key",
        "It takes keys that it does not know without a word.",
        warning,
        when=When.READING,
    )
    yield Code("PK741", "A key stands twice in an AppSpec", "Only the last one counts.", warning, when=When.READING)
    yield Code(
        "PK742",
        "A deployment group cannot be read",
        "It lacks its name, names a configuration that nobody describes, or says more than can be kept here.",
        when=When.READING,
    )
    yield Code(
        "PK743",
        "The type of a permission is unknown",
        "It is a list of file, directory or both.",
    )
    yield Code(
        "PK744",
        "The owner of a file is given as a number",
        "The agent looks owners and groups up by their names.",
    )
    yield Code(
        "PK745",
        "A script is to run as another user on Windows",
        "The agent changes users on Linux only.",
        warning,
    )
    yield Code(
        "PK746",
        "A permission is for a path to which nothing goes",
        "The agent sets permissions only of what the deployment itself makes, and passes over the rest.",
        warning,
    )
    yield Code(
        "PK747",
        "The tags of a deployment group are malformed",
        "A group has up to ten, with keys of up to 128 and values of up to 256 characters.",
    )
    yield Code(
        "PK748",
        "A hook waits for an event that does not come",
        "The events around blocking and allowing traffic come only where the group has a load balancer.",
        warning,
    )
    yield Code(
        "PK749",
        "Two deployment groups install the same file on the same hosts",
        "A file belongs to the group that installed it: the deployment of the other one finds it in the way and fails.",
        Severity.HINT,
    )


def _security() -> Iterator[Code]:
    warning = Severity.WARNING
    yield Code(
        "PK801",
        "An action of another account cannot read the artifacts",
        "AWS's own key for S3 cannot be shared: what crosses accounts is encrypted with a key of yours that both "
        "may use.",
    )
    yield Code(
        "PK802",
        "The key of a store is given to another account by its alias",
        "An alias is known in its own account only.",
    )
    yield Code(
        "PK804",
        "An action's role is of another partition",
        "AWS, AWS in China and GovCloud know nothing of each other.",
    )
    yield Code(
        "PK810",
        "A variable in plain text looks like a secret",
        "Its name says so, and its value looks random. Whoever may read the pipeline or the project may read it.",
        warning,
    )
    yield Code(
        "PK811",
        "The key of an artifact store is of another Region",
        "A store's bucket and key are in the Region that the store is for.",
    )
    yield Code(
        "PK812",
        "The bucket of an artifact store is of another Region by its name",
        "CodePipeline names the buckets that it makes after their Region. One of another Region fails the first action "
        "that fetches an artifact.",
        warning,
    )
    yield Code(
        "PK813",
        "A secret becomes an output variable",
        "The pipeline shows output variables in plain text to whoever may read it.",
        warning,
    )
    yield Code(
        "PK814",
        "A build has credentials that do not expire",
        "They replace the credentials of the build's own role, which last as long as the build.",
        warning,
    )
    yield Code(
        "PK820",
        "Whoever may push can run commands",
        "The text of a commit message or of a pull request becomes a part of the command, before the shell reads it.",
        warning,
    )
    yield Code(
        "PK821",
        "Everybody may write to what is uploaded",
        "The ACL public-read-write lets anybody replace the objects.",
        warning,
    )


def _running() -> Iterator[Code]:
    yield Code(
        "PK900",
        "An action cannot be done on this machine",
        "Its type has no worker here. Nothing reports success for work that was not done, so it needs a stand-in.",
        when=When.RUNNING,
    )
    yield Code(
        "PK901",
        "Nothing stands for a source",
        "A run on this machine reads a directory or a git repository in place of what AWS would fetch.",
        when=When.RUNNING,
    )
    yield Code(
        "PK902",
        "What stands for a source cannot be used",
        "It is no directory, or a commit is asked for and there is no git.",
        when=When.RUNNING,
    )
    yield Code(
        "PK903",
        "A parameter that a run needs has no value",
        "It stands in what is executed: in commands, in a buildspec, in environment variables or in an AppSpec.",
        when=When.RUNNING,
    )
    yield Code(
        "PK904",
        "A variable of the pipeline has no value",
        "Each start gives every variable a value, or leaves it its default.",
        when=When.RUNNING,
    )
    yield Code(
        "PK905",
        "A start gives a variable that the pipeline does not declare",
        "A start sets the pipeline's own variables, and no others.",
        when=When.RUNNING,
    )
    yield Code(
        "PK910",
        "No host is bound to a deployment group",
        "A deployment on this machine goes to directories that stand for hosts.",
        when=When.RUNNING,
    )
    yield Code(
        "PK911",
        "The directory of a host cannot be used",
        "It is missing, cannot be written, or is one that must not be.",
        when=When.RUNNING,
    )
    yield Code(
        "PK912",
        "An AppSpec asks for what cannot be done on this machine",
        "Such as another user, ACLs or SELinux contexts.",
        when=When.RUNNING,
    )
    yield Code(
        "PK913",
        "No handler is bound to a Lambda function",
        "An invocation on this machine calls a handler in Python, in a process of its own, with the job's event.",
        when=When.RUNNING,
    )
    yield Code(
        "PK914",
        "The handler of a Lambda function cannot be called on this machine",
        "Its file or its name is not there, it is written in another language, or it is a function at AWS.",
        when=When.RUNNING,
    )
    yield Code(
        "PK915",
        "Nothing stands for a bucket",
        "A deployment to S3 on this machine goes to a directory, or to a bucket that you name with its endpoint.",
        when=When.RUNNING,
    )
    yield Code(
        "PK916",
        "What stands for a bucket cannot be used",
        "It is no directory, its address is none of an S3 endpoint, or the object that is to be read is not there.",
        when=When.RUNNING,
    )


CODES: dict[str, Code] = {
    code.code: code
    for family in (
        _structure,
        _parameters,
        _templates,
        _written_templates,
        _artifacts,
        _configuration,
        _variables,
        _triggers,
        _conditions,
        _builds,
        _deployments,
        _security,
        _running,
    )
    for code in family()
}
"""Every code, in the order of the families."""
