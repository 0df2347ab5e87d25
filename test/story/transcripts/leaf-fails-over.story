A leaf with two neighbours goes on when one of them is gone, and is missed by nobody.

> a and b meet in a line
> c starts, dials a and b, as a leaf
    c       is ready as 3
    a       sees c
    b       sees c
    c       sees a and b
> d starts, dials b
    d       is ready as 4
    d       sees a, b and c
    b       sees d
    a       sees d
> c sends "one" to d
    c       #1 to d: accepted
    c       sees d
    c -> a  #1 from c to d (64 hops left)
    a -> b  #1 from c to d (63 hops left)
    b -> d  #1 from c to d (62 hops left)
    d       reads "one", #1 from c
    d -> b  receipt from d to c: has c's #1
    b -> c  receipt from d to c: has c's #1
    c       #1 to d: delivered
> a crashes; c sends "two" to d; d sends "three" to c
    c       #2 to d: accepted
    c -> a  #2 from c to d (64 hops left)
    d       #1 to c: accepted
    d -> b  #1 from d to c (64 hops left)
    b -> c  #1 from d to c (63 hops left)
    c       reads "three", #1 from d
    c -> b  receipt from c to d: has d's #1
    b -> d  receipt from c to d: has d's #1
    b       sees a no more
    c       sees a no more
    c -> b  #2 from c to d (64 hops left)
    d       #1 to c: delivered
    b -> d  #2 from c to d (63 hops left)
    d       sees a no more
    d       reads "two", #2 from c
    d -> b  receipt from d to c: has c's #1-2
    b -> c  receipt from d to c: has c's #1-2
    c       #2 to d: delivered
> wait 3 s
> b crashes
    c       sees b and d no more
    d       sees b and c no more
> c sends "four" to d
    c       #3 to d: accepted
> b starts again
    b       is ready as 2
    b       sees d
    d       sees b
    c       sees b
    b       sees c
    d       sees c
    c       sees d
    c -> b  #3 from c to d (64 hops left)
    b -> d  #3 from c to d (63 hops left)
    d       reads "four", #3 from c
    d -> b  receipt from d to c: has c's #1-3
    b -> c  receipt from d to c: has c's #1-3
    c       #3 to d: delivered
> wait 5 s
> what is kept?

Nobody can dial a leaf: neither another leaf nor any other peer. Who tries is told.

> show people and links
> e starts, dials b and c, as a leaf
    e -> b  Hello: is nobody yet, wishes to be 5
    c -> e  Goodbye: this peer is a leaf: it accepts no links
    e -> c  Hello: is nobody yet, wishes to be 5
    b -> e  Welcome: is 2, grants the id, assigns S5
    e -> b  Confirm: the link is up
    e       is ready as 5
    b       sees e
    e       sees b
    d       sees e
    c -> e  Goodbye: this peer is a leaf: it accepts no links
    e -> c  Hello: is 5
    e       is told: error bad-option: c is a leaf, which accepts no links; list a peer that is none
