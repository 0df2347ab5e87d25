A peer that keeps no mail for others is not asked to, and the message waits at its sender.

> a starts
    a       is ready as 1
> b starts, keeps no mail, dials a
    b       is ready as 2
    b       sees a
    a       sees b
> a sends "only here" to c
    a       #1 to c: accepted
> what does a say of #1?
    a       #1 to c: accepted (the target is away; this peer keeps it and sends it when the target appears)

> c starts, dials b
    c       is ready as 3
    c       sees a and b
    b       sees c
    a       sees c
    a -> b  #1 from a to c (64 hops left)
    b -> c  #1 from a to c (63 hops left)
    c       reads "only here", #1 from a
    c -> b  receipt from c to a: has a's #1
    b -> a  receipt from c to a: has a's #1
    a       #1 to c: delivered
