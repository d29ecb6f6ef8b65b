#!/bin/sh
#
# misbehaving.sh MODE [FILE]: an adapter that counts, and breaks the protocol in the way that MODE says, once it is asked
# to execute `Tick`. It is producer and consumer at once. `good` breaks nothing. Into FILE go the ids of its processes.
#
# A third word makes it list what is enabled.
#
# It is also the example of an adapter that needs nothing but a shell: a `case` over the operations, a line for each.

mode=$1
n=0

# say FIELDS: the answer to the request that was read last.
say() {
    printf '{"id":%s,%s}\n' "$id" "$1"
}

state() {
    printf '"state":{"n":{"#bigint":"%s"},"action":{"tag":"%s","value":{}}},"observed":{"n":{"#bigint":"%s"}}' "$n" "$1" "$n"
}

hello() {
    case $mode in
        hello-hangs) sleep 60 ;;
        hello-dies) echo 'no such spec' >&2; exit 4 ;;
        hello-version) say '"status":"ok","protocol":2,"name":"counter"'; return ;;
        hello-without-version) say '"status":"ok","name":"counter"'; return ;;
        hello-refuses) say '"status":"unsupported","reason":"tool 0.9 was found, 1.0 is needed"'; return ;;
        background) sleep 300 & [ -z "$file" ] || echo $! >>"$file" ;;
        background-term) trap '' TERM; sleep 300 & [ -z "$file" ] || echo $! >>"$file" ;;
    esac
    say '"status":"ok","protocol":1,"name":"counter","version":"1","capabilities":{"observe":true,"check":true'"$lists"'},"actions":{"Tick":{},"Back":{}},"vars":["n","action"],"labels":"variant:action","properties":[{"name":"small"}],"future":[1]'
}

tick() {
    case $mode in
        hangs) sleep 60 ;;
        hangs-for-good) trap '' TERM; while :; do sleep 1; done ;;
        hangs-in-half-a-line) printf '{"id":%s,"sta' "$id"; sleep 60 ;;
        dies) echo 'first words' >&2; echo 'last words' >&2; exit 3 ;;
        dies-by-signal) kill -s KILL $$ ;;
        dies-in-half-a-line) printf '{"id":%s,"sta' "$id"; exit 0 ;;
        dies-talking) i=0; while [ $i -lt 100 ]; do echo "line $i" >&2; i=$((i + 1)); done; exit 1 ;;
        closes) exec 1>&-; sleep 60 ;;
        floods) yes 'y'; exit 0 ;;
        floods-errors) yes 'trouble' >&2 & [ -z "$file" ] || echo $! >>"$file" ;;
        not-json) echo 'Traceback (most recent call last):'; return ;;
        not-an-answer) echo '[1,2]'; return ;;
        not-utf8) printf '{"id":%s,"status":"\377\376"}\n' "$id"; return ;;
        huge) head -c 3000000 /dev/zero | tr '\0' 'x'; echo; return ;;
        endless) tr '\0' 'x' </dev/zero; exit 0 ;;
        wrong-id) id=$((id + 7)) ;;
        old-id) id=$((id - 1)) ;;
        text-id) printf '{"id":"%s","status":"ok","outcome":"ticked"}\n' "$id"; return ;;
        no-id) echo '{"status":"ok","outcome":"ticked"}'; return ;;
        no-status) printf '{"id":%s,"outcome":"ticked"}\n' "$id"; return ;;
        strange-status) say '"status":"fine"'; return ;;
        disabled) say '"status":"disabled","reason":"not now"'; return ;;
        failed) say '"status":"failed","reason":"the database is gone"'; return ;;
        invalid) say '"status":"invalid","reason":"no such deployer"'; return ;;
        nothing-in-it) say '"status":"ok"'; return ;;
        bad-value) say '"status":"ok","outcome":"ticked","observed":{"#bigint":"x"},"state":{"n":{"#bigint":"x"}}'; return ;;
        hangs-by-its-child) sleep 300 & [ -z "$file" ] || echo $! >>"$file"; exit 0 ;;
        long-reason) say "\"status\":\"failed\",\"reason\":\"$(head -c 3000000 /dev/zero | tr '\0' 'x')\""; return ;;
        dies-later) total=$((${total:-0} + 1)); [ "$total" -le 7 ] || exit 3 ;;
        late) sleep 2 ;;
        talks-before) echo 'DEBUG: ticking' ;;
        talks-after) n=$((n + 1)); say "\"status\":\"ok\",\"outcome\":\"ticked\",$(state Tick)"; echo 'DEBUG: ticked'; return ;;
        answers-twice) n=$((n + 1)); say "\"status\":\"ok\",\"outcome\":\"ticked\",$(state Tick)" ;;
    esac
    n=$((n + 1))
    say "\"status\":\"ok\",\"outcome\":\"ticked\",$(state Tick)"
}

file=${2-}
lists=${3:+',"enabled":true'}
[ -z "$file" ] || echo $$ >>"$file"
while IFS= read -r line; do
    id=${line#*'"id":'}
    id=${id%%[!0-9]*}
    case $line in
        *'"op":"hello"'*) hello ;;
        *'"op":"reset"'*)
            n=0
            say "\"status\":\"ok\",$(state Init)"
            if [ "$mode" = deaf ]; then sleep 60; fi
            ;;
        *'"op":"execute"'*'"action":"Tick"'*) tick ;;
        *'"op":"execute"'*'"action":"Back"'*)
            if [ "$n" -eq 0 ]; then
                say '"status":"disabled","reason":"it is at zero"'
            else
                n=$((n - 1))
                say "\"status\":\"ok\",\"outcome\":\"back\",$(state Back)"
            fi
            ;;
        *'"op":"execute"'*) say '"status":"unsupported","reason":"there are Tick and Back"' ;;
        *'"op":"observe"'*) say "\"status\":\"ok\",$(state Seen)" ;;
        *'"op":"check"'*'"small"'*)
            if [ "$n" -lt 3 ]; then say '"status":"ok","holds":{"small":true}'; else say '"status":"ok","holds":{"small":false}'; fi
            ;;
        *'"op":"check"'*) say '"status":"unsupported","reason":"there is small"' ;;
        *'"op":"enabled"'*) say '"status":"ok","calls":[{"action":"Tick"}]' ;;
        *'"op":"shutdown"'*)
            case $mode in
                shutdown-hangs) sleep 60 ;;
                shutdown-fails) say '"status":"ok"'; exit 9 ;;
            esac
            say '"status":"ok"'
            exit 0
            ;;
        *) say '"status":"unsupported","reason":"no such operation"' ;;
    esac
done
if [ "$mode" = outlives ]; then sleep 60; fi
