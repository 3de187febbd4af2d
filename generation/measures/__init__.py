"""What a program can say of finished clips: how alike they are, how well one fits its text. Pure torch."""
