"""What AWS's documents leave open about actions that are done here, and where this machine differs on purpose.

One name each, used in one place; a fact learnt later is a change of one line here.
"""

LAMBDA_RESULT_WAIT_SECONDS = 0
"""How long the action of a function that ended without a result waits for one. None can come, so it fails at once,
with the reason. At AWS it fails after 20 minutes (User Guide, limits), and a function that raised is called twice more
before that, since CodePipeline invokes it asynchronously (Lambda Developer Guide, asynchronous invocation)."""

LAMBDA_SUCCEEDS_WITHOUT_ITS_OUTPUTS = True
"""A success counts although an output artifact was not uploaded; the action that reads it fails. The log says so."""

S3_PREFIX_SEPARATOR = "/"
"""What stands between ``ObjectKey`` and a file's name where a deployment extracts: the key is a directory, as in the
console. The page of the action describes it for one object only."""

S3_GUESSES_CONTENT_TYPES = True
"""Objects get the content type of their extension, as a static website needs; the page of the action says nothing."""

S3_LINKS_BECOME_FILES = True
"""A symbolic link to a file of the artifact is deployed as that file, since S3 has no links; any other link is an
error."""
