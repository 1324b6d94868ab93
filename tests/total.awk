# Totals result lines (tests/harness/results.h).  With short=1: one suite's counts, then its failures and skips in
# full; without: the closing line alone.
function field(name,    at, rest, text, c) {
    at = index($0, "\"" name "\":\"")
    if (!at)
        return ""
    rest = substr($0, at + length(name) + 4)
    text = ""
    while ((c = substr(rest, 1, 1)) != "\"" && rest != "") {
        if (c == "\\") {
            c = substr(rest, 2, 1)
            rest = substr(rest, 2)
            if (c == "u") {
                c = substr(rest, 2, 4) == "000a" ? "\n          " : substr(rest, 2, 4) == "0009" ? "\t" : "?"
                rest = substr(rest, 5)
            }
        }
        text = text c
        rest = substr(rest, 2)
    }
    return text
}
{
    verdict = field("verdict")
    count[verdict]++
    if (verdict != "PASS")
        # (the message is not given to sprintf: mawk cannot format more than 8 KiB)
        detail = detail sprintf("      %-8s %s/%s: ", tolower(verdict), field("suite"), field("test")) field("message") "\n"
}
END {
    failed = count["FAIL"] + count["INFRA"]
    skipped = count["SKIPPED"] + count["INCONCLUSIVE"]
    line = count["PASS"] + 0 " passed, " failed + 0 " failed"
    print line (skipped || !short ? ", " skipped + 0 " skipped" : "") (short ? "  (" seconds " s)" : "")
    if (short)
        printf "%s", detail
}
