A sender may leave once its message is stored: a custodian delivers it, and the sender hears of it when it is back.

> b, d and a meet in a line
> a sends "read this when I am gone" to c
    a       #1 to c: accepted
    a -> d  parcel from a to b: #1 from a to c
    a -> d  parcel from a to d: #1 from a to c
    d -> b  parcel from a to b: #1 from a to c
    d -> a  receipt from d to a: keeps a's #1
    b -> d  receipt from b to a: keeps a's #1
    d -> a  receipt from b to a: keeps a's #1
    a       #1 to c: stored
> a leaves
    a       has left
    d       sees a no more
    b       sees a no more

The custodians go one after the other. The second does not know what the first one delivered, so c is offered both
copies, and shows one.

> c starts, dials d
    c       is ready as 3
    c       sees b and d
    d       sees c
    b       sees c
    b -> d  parcel from b to c: #1 from a to c
    d -> c  parcel from b to c: #1 from a to c
    c       reads "read this when I am gone", #1 from a
    c -> d  receipt from c to b: has a's #1
    d -> b  receipt from c to b: has a's #1
> wait 5 s
    d -> c  parcel from d to c: #1 from a to c
    c -> d  receipt from c to d: has a's #1
> what is kept?
    a       keeps 1 of its own, 0 for others

What a has in its outbox it sends again; the answer is all that was missing.

> a starts again
    a       is ready as 1
    a       sees b, c and d
    a -> d  #1 from a to c (64 hops left)
    d -> c  #1 from a to c (63 hops left)
    d       sees a
    c -> d  receipt from c to a: has a's #1
    b       sees a
    c       sees a
    d -> a  receipt from c to a: has a's #1
    a       #1 to c: delivered
> what is kept?
