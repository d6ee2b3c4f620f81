# Completion of causeway for bash: what it knows it reads from the command's own help.

_causeway_commands() {
  "$@" --help 2>/dev/null | awk '/^(Management )?Commands:/ {on = 1; next} /^[^ ]/ {on = 0} on && /^  [a-z]/ {print $1}'
}

_causeway_flags() {
  "$@" --help 2>/dev/null | grep -oE '(^|[ ,])--?[a-z][a-z0-9-]*' | tr -d ' ,'
}

_causeway() {
  local word=${COMP_WORDS[COMP_CWORD]} path=("${COMP_WORDS[0]}") index candidates commands
  COMPREPLY=()
  # The words of the command so far: as long as each is one of the commands before it.
  for ((index = 1; index < COMP_CWORD; index++)); do
    commands=$(_causeway_commands "${path[@]}")
    [ -n "$commands" ] && grep -qxF -- "${COMP_WORDS[index]}" <<<"$commands" || break
    path+=("${COMP_WORDS[index]}")
  done
  if [[ $word == -* ]]; then
    candidates=$(_causeway_flags "${path[@]}")
  else
    candidates=$(_causeway_commands "${path[@]}")
    if [ -z "$candidates" ]; then
      case "${path[*]:1}" in
        "network "*) candidates=$("${path[0]}" network ls --format '{{.Name}}' 2>/dev/null) ;;
        run | create | rmi | save | tag | history | "image "*)
          candidates=$("${path[0]}" images --format '{{.Repository}}:{{.Tag}}' 2>/dev/null)
          ;;
        "volume "*) candidates=$("${path[0]}" volume ls --format '{{.Name}}' 2>/dev/null) ;;
        exec | attach | kill | logs | port | restart | rm | start | stop | wait | inspect | top | "container "*)
          candidates=$("${path[0]}" ps -a --format '{{.Names}}' 2>/dev/null)
          ;;
      esac
    fi
  fi
  mapfile -t COMPREPLY < <(compgen -W "$candidates" -- "$word")
}

complete -o default -F _causeway causeway
