# How to find out whether a need is there: by trying.  Each verb of the table's `probe` column is a function here,
# true if the need is there, silent either way.  Knows nothing of package managers.  Sourced by deps and doctor,
# which set $scratch to a folder that they remove.

# probe_command NAME…: all of these are commands.
probe_command() {
    for wanted in "$@"; do
        command -v "$wanted" >/dev/null 2>&1 || return 1
    done
}

# probe_compile HEADER [FLAG…]: a program that includes the header compiles and links.
probe_compile() {
    header=$1
    shift
    printf '#include <%s>\nint main(void) { return 0; }\n' "$header" >"$scratch/probe.c"
    gcc "$scratch/probe.c" -o "$scratch/probe" "$@" >/dev/null 2>&1
}

# probe_library PACKAGE HEADER: pkg-config knows the library, and what it says is enough to link with it.
# (A .pc file alone proves little: headers and library may come in packages of their own.)
probe_library() {
    flags=$(pkg-config --cflags --libs "$1" 2>/dev/null) || return 1
    # shellcheck disable=SC2086 # flags are words
    probe_compile "$2" $flags
}

# probe_file PATTERN…: at least one of these files is there.
probe_file() {
    for wanted in "$@"; do
        [ -e "$wanted" ] && return 0
    done
    return 1
}

# probe_font FILE: the font is where fontconfig looks.
probe_font() {
    [ -n "$(find -L /usr/share/fonts /usr/local/share/fonts ~/.fonts ~/.local/share/fonts -name "$1" 2>/dev/null)" ]
}

# probe VERB WORD…: dispatches.
probe() {
    verb=$1
    shift
    case $verb in
    command | compile | library | file | font) "probe_$verb" "$@" ;;
    *)
        echo "deps: '$verb' is not a way to probe: see .setup/probe.sh" >&2
        return 1
        ;;
    esac
}
