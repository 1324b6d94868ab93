# Completion of trapflow and lde in bash.  Asks the commands themselves what they know, so that it is never out of date.

# The words after `trapflow` or `lde`: from the lines of its --help that show how it is called.
_trapbook_subcommands() {
    "$1" --help 2>/dev/null | awk -v command="${1##*/}" '
        { sub(/^Usage:/, "") }
        $1 == command { $0 = substr($0, index($0, command) + length(command)); named = 1 }
        (named || /^  [a-z]/) && $1 ~ /^[a-z]+$/ && !seen[$1]++ { print $1 }
        { named = 0 }
        /:$/ { exit }'
}

_trapbook_options() {
    "$1" "$2" --help 2>/dev/null | grep -oE -- '^ +(-.,)? +--[a-z][a-z-]*=?' | grep -oE -- '--[a-z-]*=?'
}

_trapbook_values() {
    case $2 in
    --format | -f) "$1" render --help | awk '/^Formats:/ { on = 1; next } on && NF { print $1 }' ;;
    --picture) printf '%s\n' ladder graph waits ;;
    --strategy) printf '%s\n' exhaustive pct random ;;
    --mode | -m) "$1" modes | awk '{ print $1 }' ;;
    --vm) "$1" guests ;;
    *) return 1 ;;
    esac 2>/dev/null
}

_trapbook() {
    local command=$1 word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words
    if [ "$word" = = ]; then # `--format=` comes as two words, `--format=s` as three
        word=
    elif [ "$before" = = ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        words=$(_trapbook_subcommands "$command")
    elif ! words=$(_trapbook_values "$command" "$before"); then
        case $word in
        -*) words=$(_trapbook_options "$command" "${COMP_WORDS[1]}") ;;
        *) [ "${command##*/}" = lde ] && words=$("$command" guests 2>/dev/null | sed -n 's/^tickos://p') ;;
        esac
    fi
    while IFS= read -r words; do
        [ -z "$words" ] || COMPREPLY+=("$words")
    done <<<"$(IFS=$'\n'; compgen -W "$words" -- "$word")"
    case ${COMPREPLY[0]} in *=) compopt -o nospace 2>/dev/null ;; esac
}

complete -o default -F _trapbook trapflow lde
