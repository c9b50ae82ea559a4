#!/bin/sh
# Prints the address of the Debian mirror that this machine itself installs from, whichever way its sources are written.
set -eu
mirror=$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list /etc/apt/sources.list 2>/dev/null |
    tr -s '[:blank:]' '\n' | grep -E '^(https?|mirror[+a-z]*|copy|file):.*/debian/?$' | head -n 1)
[ -n "$mirror" ] || { echo "no Debian mirror stands in /etc/apt" >&2; exit 1; }
echo "$mirror"
