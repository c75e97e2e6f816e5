# A tree that nothing should have to read: many, huge, deep and oddly named files.
mkdir many && (cd many && seq 100000 | xargs touch)
truncate -s 1T sparse
(n=0; while [ $n -lt 2000 ]; do mkdir deep && cd deep; n=$((n + 1)); done; touch end)
touch "$(printf 'a\nb')" "$(printf '\377\376')"
