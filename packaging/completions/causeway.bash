# Completion of causeway for bash. What may come next the command itself says: see `causeway __complete`.

_causeway() {
  local index word joined="" words=() line directives="" candidates=() strip
  # Readline breaks words at colons and equals signs, which belong to image:tag, CONTAINER:PATH and --name=value.
  for ((index = 1; index <= COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    if ((${#words[@]})) && [[ $word == [:=]* || $joined == yes ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
    [[ $word == *[:=] ]] && joined=yes || joined=""
  done
  word=${words[-1]}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) directives=$line ;;
      *) candidates+=("${line%%$'\t'*}") ;;
    esac
  done < <("${COMP_WORDS[0]}" __complete -- "${words[@]}" 2>/dev/null)
  # What readline has already taken as a word of its own must not come twice.
  strip=${word%"${word##*[:=]}"}
  for line in "${candidates[@]}"; do
    line=${line#"$strip"}
    COMPREPLY+=("$line")
  done
  [[ $directives == *nospace* ]] && compopt -o nospace
  if [[ $directives == *files* ]]; then
    compopt -o filenames
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "${word#"$strip"}")
  fi
}

complete -F _causeway causeway
