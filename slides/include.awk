# Fills a deck's code blocks from the tree, so that no slide can drift from the code that it shows.  A block opens with
#     ``` {.c include="FILE" from="/pattern/" to="/pattern/" drop="/pattern/"}
# and stands empty in the source.  It gets the lines of FILE from the first that matches `from` to the next that matches
# `to` (without `to`: that one line), minus those that match `drop`, shifted left by the first line's indentation.
# Knows nothing of Markdown beyond such fences.  A file or a pattern that is not found ends the build with one line.

function attribute(line, name,    at, rest) {
    at = index(line, " " name "=\"")
    if (!at)
        return ""
    rest = substr(line, at + length(name) + 3)
    return substr(rest, 1, index(rest, "\"") - 1)
}

function pattern(line, name,    text) {
    text = attribute(line, name)
    if (text != "" && text !~ /^\/.+\/$/)
        refuse(name "=\"" text "\" is not a /pattern/")
    return substr(text, 2, length(text) - 2)
}

function refuse(why) {
    printf "slides: cannot fill %s:%d: %s\n", FILENAME, FNR, why >"/dev/stderr"
    refused = 1
    exit 1
}

# The code that the block's opening line asks for.
function fill(line,    file, from, to, drop, text, indent, found, ended, got) {
    file = attribute(line, "include")
    from = pattern(line, "from")
    to = pattern(line, "to")
    drop = pattern(line, "drop")
    if (from == "")
        refuse("a block with include= wants from=\"/pattern/\", too")
    while (!ended && (got = (getline text < file)) > 0) {
        if (!found) {
            if (text !~ from)
                continue
            found = 1
            match(text, /^ */)
            indent = RLENGTH
            ended = to == ""
        } else
            ended = text ~ to
        if (drop == "" || text !~ drop)
            print substr(text, 1, indent) ~ /^ *$/ ? substr(text, indent + 1) : text
    }
    close(file)
    if (got < 0)
        refuse("no file " file " to take code from")
    if (!found)
        refuse("no line of " file " matches from=/" from "/: the code has moved on; adapt the slide")
    if (!ended)
        refuse("no line of " file " after from=/" from "/ matches to=/" to "/: the code has moved on; adapt the slide")
}

/^```+ *\{.* include="/ {
    match($0, /^```+/)
    fence = substr($0, 1, RLENGTH)
    match($0, /\{[^ }]*/)
    print fence " " substr($0, RSTART, RLENGTH) "}"
    fill($0)
    next
}
fence != "" && $0 != fence { refuse("a block with include= must be empty: \"" $0 "\"") }
fence != "" { fence = "" }
{ print }
END {
    if (!refused && fence != "")
        refuse("the last block is not closed")
}
