# Says which part of a log a picture is to show, by what happens in it and not by numbers that a new recording changes:
#     trapflow render LOG -f jsonl | awk -f slides/window.awk -v from=REGEX -v to=REGEX [-v nth=N]
# prints `--from A --to B`: the first event whose line matches `from`, and the Nth after it (1) that matches `to`.
# For logs of one producer, such as the model's: there `seq` counts the events from 0 and `--from` counts them from 1.
BEGIN { nth = nth ? nth : 1 }
{ match($0, /"seq":[0-9]+/); number = substr($0, RSTART + 6, RLENGTH - 6) + 1 }
!first && $0 ~ from { first = number; next }
first && $0 ~ to && ++seen == nth { last = number; exit }
END {
    if (!last) {
        printf "slides: the recording has no %s event number %d that matches /%s/\n", first ? "closing" : "opening",
            first ? nth : 1, first ? to : from >"/dev/stderr"
        exit 1
    }
    print "--from", first, "--to", last
}
