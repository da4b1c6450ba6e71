#!/bin/sh
# Replays a tape in place of kubectl. $PGM_TAPE holds `tape`, one call a line, and for line N `N.out`, `N.err`, `N.code` or
# `N.hang`. A call is looked for from the line that was served last: the same one again, or one further on. Every call
# is recorded in `calls`, and what came on stdin in `N.in`, counted by calls.
cd "$PGM_TAPE" || exit 99
call="$*"
case "$call" in
  # What differs from run to run.
  *look=*) call="${call%%look=*}look=* --overwrite" ;;
  *' --kustomize '*)
    overlay=${call##* }
    call="${call%% --kustomize*} --kustomize ${overlay##*/}"
    cp "$overlay/kustomization.yaml" "${overlay##*/}.yaml"
    ;;
  *' exec -i '*)
    statement=$(cat)
    case "$statement" in *PASSWORD*) statement="${statement%%PASSWORD*}PASSWORD" ;; esac
    call="$call < $statement"
    ;;
  *' --filename -')
    cat >input
    mv input "$(wc -l <calls).in"
    ;;
esac
position=$(cat position)
line=0
while IFS= read -r known; do
  if [ "$line" -ge "$position" ] && [ "$known" = "$call" ]; then
    echo "$line" >position
    # Last, so that whoever waits for the call finds it served.
    printf '%s\n' "$call" >>calls
    # As long as there is somebody who waits for it.
    [ -e "$line.hang" ] && while kill -0 "$PPID" 2>/dev/null; do sleep 0.1; done
    [ -e "$line.out" ] && cat "$line.out"
    [ -e "$line.err" ] && cat "$line.err" >&2
    [ -e "$line.code" ] && exit "$(cat "$line.code")"
    exit 0
  fi
  line=$((line + 1))
done <tape
printf '%s\n' "$call" >>calls
printf '%s\n' "$call" >>unexpected
echo "nobody expected: $call" >&2
exit 99
