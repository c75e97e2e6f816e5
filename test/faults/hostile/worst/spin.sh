# Busy for so many seconds, as an honest compiler is.
end=$(($(date +%s) + $1))
while [ "$(date +%s)" -lt "$end" ]; do i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done; done
