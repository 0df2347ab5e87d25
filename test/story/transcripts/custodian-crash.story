When one of two custodians loses power the other one delivers, and the copy of the first is not shown again.

> a, b and d meet in a ring
> a sends "kept twice" to c
    a       #1 to c: accepted
    a -> b  parcel from a to b: #1 from a to c
    a -> d  parcel from a to d: #1 from a to c
    b -> a  receipt from b to a: keeps a's #1
    d -> a  receipt from d to a: keeps a's #1
    a       #1 to c: stored
> a leaves
    a       has left
    b       sees a no more
    d       sees a no more

Nobody notices at once that b is gone.

> b loses power
> c starts, dials d
    c       is ready as 3
    c       sees b and d
    d       sees c
> wait 5 s
    d -> c  parcel from d to c: #1 from a to c
    c       reads "kept twice", #1 from a
    c -> d  receipt from c to d: has a's #1
    d       sees b no more
    c       sees b no more
> what is kept?
    a       keeps 1 of its own, 0 for others
    b       keeps 0 of its own, 1 for others

When b is back it offers its copy, which c knows.

> b starts again
    b       is ready as 2
    b       sees c and d
    d       sees b
    b -> d  parcel from b to c: #1 from a to c
    c       sees b
    d -> c  parcel from b to c: #1 from a to c
    c -> d  receipt from c to b: has a's #1
    d -> b  receipt from c to b: has a's #1
> what is kept?
    a       keeps 1 of its own, 0 for others

And a hears, when it is back, what became of its message.

> a starts again
    a       is ready as 1
    a       sees b, c and d
    b       sees a
    a -> b  #1 from a to c (64 hops left)
    b -> d  #1 from a to c (63 hops left)
    d       sees a
    d -> c  #1 from a to c (62 hops left)
    c       sees a
    c -> d  receipt from c to a: has a's #1
    d -> b  receipt from c to a: has a's #1
    b -> a  receipt from c to a: has a's #1
    a       #1 to c: delivered
> wait 5 s
> what is kept?
