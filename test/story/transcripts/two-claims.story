When two peers took one id while they could not know of each other, the earlier keeps it and the other is told its new
one.

> a starts
    a       is ready as 1

Two peers with nobody to ask take the id 77, first b, and c a second later.

> b starts, wishes for 77
    b       is ready as 77
> wait 1 s
> c starts, wishes for 77
    c       is ready as 77
> a dials b
    b       sees a
    a       sees 77

Now a link connects the two. Its acceptor refuses, since it knows of b; c keeps the id for the moment in which it hears
of b and of its earlier claim.

> show people and links
> c dials a
    c -> a  Hello: is 77
    a -> c  Welcome: is 1, refuses the id (id 77 is held by another peer), assigns S1
    c -> a  Confirm: the link is up
    a       sees 77
    b       sees 77
    c       sees 77 and a
    c       is S1 from now on: another peer claimed 77 earlier
    a       sees 77 no more
    a       sees c
    b       sees 77 no more
    b       sees c

> show people and mail
> a sends "for the earlier one" to 77
    a       #1 to 77: accepted
    a -> b  #1 from a to 77 (64 hops left)
    b       reads "for the earlier one", #1 from a
    b -> a  receipt from 77 to a: has a's #1
    a       #1 to 77: delivered
