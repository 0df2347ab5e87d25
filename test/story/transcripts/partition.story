A partition costs time and no message: each side keeps what it has for the other, and delivers it when the two meet
again.

> a, b, c and d meet in a ring
> split a and b from c and d
    a       sees c and d no more
    b       sees c and d no more
    c       sees a and b no more
    d       sees a and b no more

> a sends "from this side" to c
    a       #1 to c: accepted
    a -> b  parcel from a to b: #1 from a to c
    b -> a  receipt from b to a: keeps a's #1
    a       #1 to c: stored
> d sends "from that side" to b
    d       #1 to b: accepted
    d -> c  parcel from d to c: #1 from d to b
    c -> d  receipt from c to d: keeps d's #1
    d       #1 to b: stored
> who sees whom?
    a       sees b
    b       sees a
    c       sees d
    d       sees c
> what is kept?
    a       keeps 1 of its own, 0 for others
    b       keeps 0 of its own, 1 for others
    c       keeps 0 of its own, 1 for others
    d       keeps 1 of its own, 0 for others

> heal everything
    a       sees c and d
    a -> d  #1 from a to c (64 hops left)
    d       sees a and b
    d -> a  #1 from d to b (64 hops left)
    b       sees c and d
    d -> c  #1 from a to c (63 hops left)
    c       sees a and b
    a -> b  #1 from d to b (63 hops left)
    c       reads "from this side", #1 from a
    c -> d  receipt from c to a: has a's #1
    b       reads "from that side", #1 from d
    b -> a  receipt from b to d: has d's #1
    d -> a  receipt from c to a: has a's #1
    a -> d  receipt from b to d: has d's #1
    a       #1 to c: delivered
    a -> b  receipt from a to b: a's #1 is settled
    d       #1 to b: delivered
    d -> c  receipt from d to c: d's #1 is settled
> wait 5 s
> what is kept?
