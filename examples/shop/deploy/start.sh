#!/bin/sh
# Starts the shop. On a real host it serves on port 8080; on a directory that plays a host, on a free port of loopback.
set -eu
root="${PIPELINEKIT_HOST_ROOT:-}"
port=8080
[ -z "$root" ] || port=0
mkdir -p "$root/var/run" "$root/var/log"
rm -f "$root/var/run/shop.port"
cd "$root/srv/shop"
nohup python3 -m shop --port "$port" --port-file "$root/var/run/shop.port" >"$root/var/log/shop.log" 2>&1 </dev/null &
echo $! >"$root/var/run/shop.pid"
