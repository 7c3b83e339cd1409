//! The serializers.

use belleville::auth::models::Group;
use belleville::prelude::*;
use belleville::serializers::HyperlinkedModelSerializer;

#[derive(HyperlinkedModelSerializer)]
#[serializer(model = User, fields = [url, username, email, groups])]
pub(super) struct UserSerializer;

#[derive(HyperlinkedModelSerializer)]
#[serializer(model = Group, fields = [url, name])]
pub(super) struct GroupSerializer;
