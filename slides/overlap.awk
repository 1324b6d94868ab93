# Reads a recorded run as jsonl; true (status 0) if it shows every thread alive at once: created before any has ended.
/"kind":"clone"/ { if (ended) late = 1; else created++ }
/"kind":"exit"/ { ended = 1 }
END { exit late || created < 2 }
