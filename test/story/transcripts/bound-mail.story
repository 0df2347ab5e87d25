Mail is for the peer that held the id when it was sent: it follows that peer to another id, and never goes to the next
holder.

> a starts
    a       is ready as 1
> b starts, wishes for 77, dials a
    b       is ready as 77
    b       sees a
    a       sees 77
> b crashes
    a       sees 77 no more
> a sends "for your eyes only" to 77
    a       #1 to 77: accepted

After 200 seconds the id is free, and c gets it. The mail of b is not for c, who may keep it like anybody else.

> wait 200 s
> c starts, wishes for 77, dials a
    c       is ready as 77
    c       sees a
    a       sees 77
    a -> c  parcel from a to 77: #1 from a to 77
    c -> a  receipt from 77 to a: keeps a's #1
    a       #1 to 77: stored
> a sends "welcome" to 77
    a       #2 to 77: accepted
    a -> c  #2 from a to 77 (64 hops left)
    c       reads "welcome", #2 from a
    c -> a  receipt from 77 to a: has a's #2
    a       #2 to 77: delivered

When b is back its id is taken.

> b starts again
    b       is ready as 77
    b       sees 77 and a
    b       is S3 from now on: another peer claimed 77 before this one came back
    a       sees b
    a -> b  #1 from a to b (64 hops left)
    c       sees b
    b       reads "for your eyes only", #1 from a
    b -> a  receipt from b to a: has a's #1
    a       #1 to 77: delivered
    a -> c  receipt from a to 77: a's #1 is settled
> wait 2 s
> what is kept?
