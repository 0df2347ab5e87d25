A custodian whose mailbox is full refuses with that reason, and the sender keeps what was refused.

> limit mailboxCountMax to 2
> a and b meet in a line
> a sends "one" and "two" to c
    a       #1-2 to c: accepted
    a -> b  parcel from a to b: #1-2 from a to c
    b -> a  receipt from b to a: keeps a's #1-2
    a       #1-2 to c: stored
> a sends "three" and "four" to c
    a       #3-4 to c: accepted
    a -> b  parcel from a to b: #3-4 from a to c
    b -> a  receipt from b to a: does not take a's #3-4: mailbox full

> what is kept?
    a       keeps 4 of its own, 0 for others
    b       keeps 0 of its own, 2 for others
> what does a say of #2?
    a       #2 to c: stored (the target is away; this peer and 1 custodian keep it and send it when the target appears)
> what does a say of #3?
    a       #3 to c: accepted (the target is away; this peer keeps it and sends it when the target appears)

They arrive in order all the same.

> c starts, dials b
    c       is ready as 3
    c       sees a and b
    b       sees c
    a       sees c
    a -> b  #1-4 from a to c (64 hops left)
    b -> c  #1-4 from a to c (63 hops left)
    c       reads "one", #1 from a
    c       reads "two", #2 from a
    c       reads "three", #3 from a
    c       reads "four", #4 from a
    c -> b  receipt from c to a: has a's #1-4
    b -> a  receipt from c to a: has a's #1-4
    a       #1-4 to c: delivered
    a -> b  receipt from a to b: a's #1-2 are settled
> what is kept?
