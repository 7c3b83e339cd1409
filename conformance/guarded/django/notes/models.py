"""Models with every kind of key that guardian can name."""
import uuid

from django.db import models


class Note(models.Model):
    title = models.CharField(max_length=100)

    class Meta:
        ordering = ["id"]
        permissions = [("publish_note", "Can publish note")]


class Paper(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.CharField(max_length=100)

    class Meta:
        ordering = ["id"]


class Label(models.Model):
    name = models.CharField(primary_key=True, max_length=20)
    title = models.CharField(max_length=100)

    class Meta:
        ordering = ["name"]
