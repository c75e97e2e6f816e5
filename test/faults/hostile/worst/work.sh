# The same work whenever it is done.
i=0; while [ $i -lt 3000000 ]; do i=$((i + 1)); done
