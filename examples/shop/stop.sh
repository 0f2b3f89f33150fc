#!/bin/sh
# Stops the shops on the three hosts of a local run, and removes the hosts.
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
for host in "$here"/hosts/*/; do
    [ -d "$host" ] || continue
    PIPELINEKIT_HOST_ROOT="${host%/}" sh "$here/deploy/stop.sh"
done
rm -rf "$here/hosts"
