# For a suite that is a script to source: how it reports (the result lines of tests/harness/results.h).
#   verdict SUITE TEST VERDICT MESSAGE   appends one; the message may hold anything
#   holds SUITE TEST                     reads complaints from standard input; none means that the claim holds
results=${TRAPBOOK_RESULTS:-/dev/stdout}

verdict() {
    printf '%s\n' "$4" | awk -v suite="$1" -v name="$2" -v verdict="$3" '
        { gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); gsub(/[\001-\037]/, " "); text = text (NR > 1 ? "\\u000a" : "") $0 }
        END { printf "{\"suite\":\"%s\",\"test\":\"%s\",\"verdict\":\"%s\",\"message\":\"%s\"}\n", suite, name, verdict, text }
    ' >>"$results"
}

holds() {
    complaints=$(head -n 40)
    if [ -z "$complaints" ]; then verdict "$1" "$2" PASS ""; else verdict "$1" "$2" FAIL "$complaints"; fi
}
