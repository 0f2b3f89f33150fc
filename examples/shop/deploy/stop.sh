#!/bin/sh
# Stops the shop that this revision started. It is the next revision's deployment that runs it.
set -eu
root="${PIPELINEKIT_HOST_ROOT:-}"
pid_file="$root/var/run/shop.pid"
[ -f "$pid_file" ] || exit 0
pid="$(cat "$pid_file")"
kill "$pid" 2>/dev/null || true
tries=0
while kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 50 ]; do
    case "$(ps -o stat= -p "$pid" 2>/dev/null)" in Z*) break ;; esac
    tries=$((tries + 1))
    sleep 0.1
done
rm -f "$pid_file" "$root/var/run/shop.port"
