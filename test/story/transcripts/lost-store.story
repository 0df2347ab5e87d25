A peer that lost its disk counts from 1 again, and its new messages are not taken for repetitions.

> b and a meet in a line
> a sends "one" and "two" to b
    a       #1-2 to b: accepted
    a -> b  #1-2 from a to b (64 hops left)
    b       reads "one", #1 from a
    b       reads "two", #2 from a
    b -> a  receipt from b to a: has a's #1-2
    a       #1-2 to b: delivered

> a crashes
    b       sees a no more
> a loses its disk
> a starts again
    a       is ready as 1
    a       sees b
    b       sees a

> a sends "I forgot what I said" to b
    a       #1 to b: accepted
    a -> b  #1 from a to b (64 hops left)
    b       reads "I forgot what I said", #1 from a
    b -> a  receipt from b to a: has a's #1
    a       #1 to b: delivered
