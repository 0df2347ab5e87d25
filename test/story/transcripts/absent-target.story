A message for a peer that nobody knows yet is kept by two custodians, and delivered when that peer appears.

> a, b, d and e meet in a line
> a sends "welcome" to c
    a       #1 to c: accepted
    a -> b  parcel from a to b: #1 from a to c
    a -> b  parcel from a to d: #1 from a to c
    b -> d  parcel from a to d: #1 from a to c
    b -> a  receipt from b to a: keeps a's #1
    d -> b  receipt from d to a: keeps a's #1
    b -> a  receipt from d to a: keeps a's #1
    a       #1 to c: stored

It is stored. Where is it, and what will happen?

> what is kept?
    a       keeps 1 of its own, 0 for others
    b       keeps 0 of its own, 1 for others
    d       keeps 0 of its own, 1 for others
> what does a say of #1?
    a       #1 to c: stored (the target is away; this peer and 2 custodians keep it and send it when the target appears)

At last c starts, at the far end of the line. The sender is there, so it sends by itself, and then tells the custodians.

> c starts, dials e
    c       is ready as 3
    c       sees a, b, d and e
    e       sees c
    d       sees c
    b       sees c
    a       sees c
    a -> b  #1 from a to c (64 hops left)
    b -> d  #1 from a to c (63 hops left)
    d -> e  #1 from a to c (62 hops left)
    e -> c  #1 from a to c (61 hops left)
    c       reads "welcome", #1 from a
    c -> e  receipt from c to a: has a's #1
    e -> d  receipt from c to a: has a's #1
    d -> b  receipt from c to a: has a's #1
    b -> a  receipt from c to a: has a's #1
    a       #1 to c: delivered
    a -> b  receipt from a to b: a's #1 is settled
    a -> b  receipt from a to d: a's #1 is settled
    b -> d  receipt from a to d: a's #1 is settled

> what is kept?
