An id that another peer holds is refused with the reason, and an assigned id stands in its place.

> show people and links
> a and b meet in a line

> c starts, wishes for 2, dials a
    c -> a  Hello: is nobody yet, wishes to be 2
    a -> c  Welcome: is 1, refuses the id (id 2 is held by another peer), assigns S2
    c -> a  Confirm: the link is up
    c       is ready as S2, not as 2
    c       sees a and b
    a       sees c
    b       sees c

The Snowflake that a assigned to c is a name like any other.

> show people and mail
> c sends "I wanted to be you" to b
    c       #1 to b: accepted
    c -> a  #1 from c to b (64 hops left)
    a -> b  #1 from c to b (63 hops left)
    b       reads "I wanted to be you", #1 from c
    b -> a  receipt from b to c: has c's #1
    a -> c  receipt from b to c: has c's #1
    c       #1 to b: delivered
