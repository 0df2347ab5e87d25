Who leaves says so, mail for it is kept, and it gets its mail when it is back under its id.

> show people, mail and links
> a, b and c meet in a line
> c leaves
    c -> b  Goodbye: shutting down
    c       has left
    b       sees c no more
    a       sees c no more

> a sends "while you were out" to c
    a       #1 to c: accepted
    a -> b  parcel from a to b: #1 from a to c
    b -> a  receipt from b to a: keeps a's #1
    a       #1 to c: stored

> c starts again
    c -> b  Hello: is 3
    c       is ready as 3
    b -> c  Welcome: is 2, grants the id
    c -> b  Confirm: the link is up
    c       sees a and b
    b       sees c
    a       sees c
    a -> b  #1 from a to c (64 hops left)
    b -> c  #1 from a to c (63 hops left)
    c       reads "while you were out", #1 from a
    c -> b  receipt from c to a: has a's #1
    b -> a  receipt from c to a: has a's #1
    a       #1 to c: delivered
    a -> b  receipt from a to b: a's #1 is settled
> what is kept?
