The id of a peer that went without a word stays its own for 200 seconds, and after them whoever asks may have it.

> show people and links
> a starts
    a       is ready as 1
> b starts, wishes for 77, dials a
    b -> a  Hello: is nobody yet, wishes to be 77
    a -> b  Welcome: is 1, grants the id, assigns S1
    b -> a  Confirm: the link is up
    b       is ready as 77
    b       sees a
    a       sees 77
> b crashes
    a       sees 77 no more
> wait 190 s

> c starts, wishes for 77, dials a
    c -> a  Hello: is nobody yet, wishes to be 77
    a -> c  Welcome: is 1, refuses the id (id 77 belongs to a peer that is away; it is free in 10 s unless that peer shows up), assigns S2
    c -> a  Confirm: the link is up
    c       is ready as S2, not as 77
    c       sees a
    a       sees c

> wait 10 s
> d starts, wishes for 77, dials a
    d -> a  Hello: is nobody yet, wishes to be 77
    a -> d  Welcome: is 1, grants the id, assigns S3
    d -> a  Confirm: the link is up
    d       is ready as 77
    d       sees a and c
    a       sees 77
    c       sees 77
