# SPDX-License-Identifier: Apache-2.0
# Inside the watched tree: every run of the file $1 once, its status and number to the file $2.
while read -r name bits convention what; do
    honest=
    [ "$what" = cheat ] || honest=--honest
    # shellcheck disable=SC2086 # empty when there is none
    timeout -k 1 600 "/run/a/$name.$bits.$convention.$what" "$name" $honest "$convention" \
        >/tmp/said 2>&1 </dev/null &
    wait $!
    echo "$name $bits $convention $what $? $! $(tail -n 1 /tmp/said)" >>"$2"
done <"$1"
