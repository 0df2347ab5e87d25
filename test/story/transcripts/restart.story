A restart repeats nothing and forgets nothing: a receiver knows what it has, and the numbers of a sender go on.

> a, b and c meet in a line

The receiver dies before its receipt is through. When it is back it knows the message again.

> lose the next receipt from c
> a sends "one" to c
    a       #1 to c: accepted
    a -> b  #1 from a to c (64 hops left)
    b -> c  #1 from a to c (63 hops left)
    c       reads "one", #1 from a
    c -> b  receipt from c to a: has a's #1 (lost)
> c crashes
    b       sees c no more
    a       sees c no more
    a -> b  parcel from a to b: #1 from a to c
    b -> a  receipt from b to a: keeps a's #1
    a       #1 to c: stored
> c starts again
    c       is ready as 3
    c       sees a and b
    b       sees c
    a       sees c
    a -> b  #1 from a to c, again (64 hops left)
    b -> c  #1 from a to c, again (63 hops left)
    c -> b  receipt from c to a: has a's #1
    b -> a  receipt from c to a: has a's #1
    a       #1 to c: delivered
    a -> b  receipt from a to b: a's #1 is settled
> wait 2 s

The sender dies likewise. When it is back it sends what is in its outbox.

> lose the next receipt from c
> a sends "two" to c
    a       #2 to c: accepted
    a -> b  #2 from a to c (64 hops left)
    b -> c  #2 from a to c (63 hops left)
    c       reads "two", #2 from a
    c -> b  receipt from c to a: has a's #1-2 (lost)
> a crashes
    b       sees a no more
    c       sees a no more
> a starts again
    a       is ready as 1
    a       sees b and c
    a -> b  #2 from a to c, again (64 hops left)
> wait 6 s
    b       sees a
    b -> c  #2 from a to c, again (63 hops left)
    c       sees a
    c -> b  receipt from c to a: has a's #1-2
    b -> a  receipt from c to a: has a's #1-2
    a       #2 to c: delivered

> a sends "three" to c
    a       #3 to c: accepted
    a -> b  #3 from a to c (64 hops left)
    b -> c  #3 from a to c (63 hops left)
    c       reads "three", #3 from a
    c -> b  receipt from c to a: has a's #1-3
    b -> a  receipt from c to a: has a's #1-3
    a       #3 to c: delivered
